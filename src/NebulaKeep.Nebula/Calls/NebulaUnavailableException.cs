using NebulaKeep.Core;

namespace NebulaKeep.Nebula.Calls;

/// <summary>
/// No server could be made to carry out a call within the time for retries. The message has the last failure of each address.
/// </summary>
public sealed class NebulaUnavailableException : NebulaKeepException
{
    /// <summary>Makes the failure.</summary>
    public NebulaUnavailableException(string call, TimeSpan tried, IReadOnlyDictionary<HostAddress, Exception> failures)
        : base($"{call} found no server in {tried.TotalSeconds:0.#} s: {Reasons(failures)}", failures.Values.LastOrDefault())
    {
        Failures = failures;
    }

    /// <summary>The last failure of each address that was tried.</summary>
    public IReadOnlyDictionary<HostAddress, Exception> Failures { get; }

    /// <inheritdoc/>
    public override bool IsTransient => true;

    static string Reasons(IReadOnlyDictionary<HostAddress, Exception> failures) => string.Join("; ", failures.Select(f => f.Value.Message));
}
