using NebulaKeep.Core;

namespace NebulaKeep.Security;

/// <summary>A TLS connection could not be made or was refused. The message names the peer, the certificate and what to do.</summary>
public sealed class TlsFailureException : NebulaKeepException
{
    /// <summary>Makes the failure.</summary>
    public TlsFailureException(TlsProblem problem, string peer, string message, Exception? inner = null)
        : base($"TLS with {peer} failed: {message}", inner) => (Problem, Peer) = (problem, peer);

    /// <summary>What is wrong.</summary>
    public TlsProblem Problem { get; }

    /// <summary>The other side, as text.</summary>
    public string Peer { get; }

    /// <summary>Only a cut connection may mend itself.</summary>
    public override bool IsTransient => Problem is TlsProblem.Interrupted;
}
