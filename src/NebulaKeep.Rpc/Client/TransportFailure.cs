using NebulaKeep.Core;
using NebulaKeep.Security;

namespace NebulaKeep.Rpc.Client;

/// <summary>Names what went wrong below gRPC, with the innermost reason in the text.</summary>
static class TransportFailure
{
    /// <param name="refusal">What the connection knows of the failure, where the failure itself says nothing of TLS.</param>
    public static GrpcStatusException ToStatus(Exception failure, TlsFailureException? refusal, HostAddress peer)
    {
        if (TlsFailures.Classify(failure, peer) is { } tls) return Refused(tls, failure);
        if (refusal is not null) return Refused(refusal, refusal);
        return new GrpcStatusException(GrpcStatusCode.Unavailable, $"the connection failed: {failure.GetBaseException().Message}", failure);
    }

    static GrpcStatusException Refused(TlsFailureException tls, Exception cause) =>
        new(tls.IsTransient ? GrpcStatusCode.Unavailable : GrpcStatusCode.Unauthenticated, tls.Message, cause);
}
