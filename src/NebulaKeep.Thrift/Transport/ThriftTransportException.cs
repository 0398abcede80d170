using NebulaKeep.Core;

namespace NebulaKeep.Thrift.Transport;

/// <summary>A connection or a call on it failed. Failures of TLS are <see cref="Security.TlsFailureException"/> instead.</summary>
public sealed class ThriftTransportException : NebulaKeepException
{
    /// <summary>Makes the failure.</summary>
    public ThriftTransportException(TransportProblem problem, HostAddress peer, bool wasSent, string message, Exception? inner = null)
        : base(message, inner) => (Problem, Peer, WasSent) = (problem, peer, wasSent);

    /// <summary>What is wrong.</summary>
    public TransportProblem Problem { get; }

    /// <summary>The other side.</summary>
    public HostAddress Peer { get; }

    /// <summary>
    /// False if the request surely never reached the server, so that sending it again cannot do a thing twice. True also means "maybe".
    /// </summary>
    public bool WasSent { get; }

    /// <summary>A plaintext client at a TLS port and garbage stay what they are; the rest may mend itself.</summary>
    public override bool IsTransient => Problem is not (TransportProblem.TlsRequired or TransportProblem.Malformed);
}
