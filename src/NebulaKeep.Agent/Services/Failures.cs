using NebulaKeep.ObjectStore;
using NebulaKeep.Rpc;

namespace NebulaKeep.Agent.Services;

/// <summary>What callers see of the agent's failures.</summary>
static class Failures
{
    const int NoSpaceLeft = 28, CrossDevice = 18, ReadOnlyFileSystem = 30;

    /// <summary>Null for what nobody expects.</summary>
    public static GrpcStatusException? Explain(Exception failure) => failure switch
    {
        AgentFailureException e => new GrpcStatusException(e.Code, e.Message, e),
        ObjectStoreException e => new GrpcStatusException(CodeOf(e.Failure), e.Message, e),
        ArgumentException e => new GrpcStatusException(GrpcStatusCode.InvalidArgument, e.Message, e),
        FileNotFoundException or DirectoryNotFoundException => new GrpcStatusException(GrpcStatusCode.NotFound, failure.Message, failure),
        UnauthorizedAccessException e => new GrpcStatusException(GrpcStatusCode.FailedPrecondition, $"{e.Message}; the agent must run as the daemons' user", e),
        IOException e => new GrpcStatusException(CodeOf(e), e.Message, e),
        _ => null,
    };

    /// <summary>Unavailable stands for a lost agent; a lost store is a failed call that need not be lost for ever.</summary>
    static GrpcStatusCode CodeOf(StoreFailure failure) => failure switch
    {
        StoreFailure.NotFound or StoreFailure.RootNotFound => GrpcStatusCode.NotFound,
        StoreFailure.AlreadyExists => GrpcStatusCode.AlreadyExists,
        StoreFailure.ChecksumMismatch => GrpcStatusCode.DataLoss,
        StoreFailure.Full => GrpcStatusCode.ResourceExhausted,
        _ => GrpcStatusCode.Unknown,
    };

    static GrpcStatusCode CodeOf(IOException failure) => (failure.HResult & 0xffff) switch
    {
        NoSpaceLeft => GrpcStatusCode.ResourceExhausted,
        CrossDevice or ReadOnlyFileSystem => GrpcStatusCode.FailedPrecondition,
        _ => GrpcStatusCode.Unknown,
    };
}
