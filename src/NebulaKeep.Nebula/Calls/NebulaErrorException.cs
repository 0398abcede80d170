using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.Nebula.Calls;

/// <summary>A server answered with an error code.</summary>
public sealed class NebulaErrorException : NebulaKeepException
{
    /// <summary>Makes the failure.</summary>
    /// <param name="code">The code.</param>
    /// <param name="call">What was called, as a person reads it: <c>createBackup</c>, <c>getSpace nba</c>.</param>
    /// <param name="address">Who answered.</param>
    /// <param name="serverText">The server's own message, if it sent one.</param>
    public NebulaErrorException(ErrorCode code, string call, HostAddress address, string? serverText = null)
        : base(Text(code, call, address, serverText)) => (Code, Call, Address) = (code, call, address);

    /// <summary>The code; maybe one without a name.</summary>
    public ErrorCode Code { get; }

    /// <summary>What was called.</summary>
    public string Call { get; }

    /// <summary>Who answered.</summary>
    public HostAddress Address { get; }

    /// <inheritdoc/>
    public override bool IsTransient => ErrorCodes.IsTransient(Code);

    static string Text(ErrorCode code, string call, HostAddress address, string? serverText)
    {
        var reason = string.IsNullOrEmpty(serverText) ? ErrorCodes.AdviceFor(code) : serverText;
        return $"{call} at {address}: {ErrorCodes.NameOf(code)} ({(int)code})" + (reason is null ? "" : $": {reason}");
    }
}
