using System.Net.Sockets;
using NebulaKeep.Core;
using NebulaKeep.Security;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Thrift.Transport;

/// <summary>From the exceptions of sockets, TLS and readers to typed failures.</summary>
static class TransportErrors
{
    /// <summary>TLS alert record of SSL 3 or any TLS: what a TLS server sends when plaintext arrives.</summary>
    internal static bool IsTlsAlert(ReadOnlySpan<byte> first) => first is [0x15, 0x03, ..];

    internal static ThriftTransportException OfConnect(Exception e, HostAddress peer, TimeSpan timeout)
    {
        var problem = (e as SocketException)?.SocketErrorCode switch
        {
            null or SocketError.TimedOut => TransportProblem.Timeout,
            SocketError.ConnectionRefused => TransportProblem.Refused,
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery =>
                TransportProblem.UnknownHost,
            SocketError.ConnectionReset or SocketError.ConnectionAborted => TransportProblem.Closed,
            _ => TransportProblem.Unreachable,
        };
        var text = problem switch
        {
            TransportProblem.Timeout => $"no answer within {timeout.TotalSeconds:0.#} s",
            TransportProblem.Refused => "nothing listens there; is the daemon running, is the port right?",
            TransportProblem.UnknownHost => "the host name is not known here",
            _ => e.Message,
        };
        return new ThriftTransportException(problem, peer, false, $"cannot connect to {peer}: {text}", e);
    }

    internal static NebulaKeepException OfCall(Exception e, string method, HostAddress peer, TimeSpan timeout, bool tls)
    {
        if (e is NebulaKeepException and not ThriftProtocolException) return (NebulaKeepException)e;
        if (tls && TlsFailures.Classify(e, peer) is { } failure) return failure;
        var (problem, text) = e switch
        {
            OperationCanceledException => (TransportProblem.Timeout,
                $"no reply within {timeout.TotalSeconds:0.#} s; the call may still be carried out"),
            ThriftProtocolException => (TransportProblem.Malformed, e.Message),
            IOException or SocketException or ObjectDisposedException =>
                (TransportProblem.Closed, $"the connection was lost ({Reason(e)})"),
            _ => (TransportProblem.Broken, e.Message),
        };
        return new ThriftTransportException(problem, peer, true, $"{method} at {peer}: {text}", e);
    }

    static string Reason(Exception e) => e.InnerException is SocketException inner ? inner.Message : e.Message;
}
