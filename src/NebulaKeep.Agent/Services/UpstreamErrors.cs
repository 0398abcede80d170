using NebulaKeep.Rpc;

namespace NebulaKeep.Agent.Services;

/// <summary>Upstream's clients know one status, UNKNOWN, and read its text (spec/agent.md §2).</summary>
static class UpstreamErrors
{
    /// <summary>Runs a handler; every failure that has an explanation becomes UNKNOWN with that text.</summary>
    public static async Task<T> AsUnknown<T>(Func<Task<T>> handler)
    {
        try
        {
            return await handler();
        }
        catch (Exception e) when (Failures.Explain(e) is not null)
        {
            throw new GrpcStatusException(GrpcStatusCode.Unknown, e.Message, e);
        }
    }

    /// <summary>The text by which nebula-br knows a missing source.</summary>
    public static GrpcStatusException Missing(string path) => new(GrpcStatusCode.Unknown, $"{path} does not exist");
}
