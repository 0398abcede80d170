using NebulaKeep.Rpc;

namespace NebulaKeep.Agent.Tests.Support;

/// <summary>What the agent refuses, and how.</summary>
static class Refusal
{
    public static AgentFailureException ShouldBeRefused(this Func<object?> action, GrpcStatusCode code = GrpcStatusCode.PermissionDenied)
    {
        var failure = Should.Throw<AgentFailureException>(() => action());
        failure.Code.ShouldBe(code, failure.Message);
        return failure;
    }

    public static async Task<AgentFailureException> ShouldFailAsync(this Task task, GrpcStatusCode code)
    {
        var failure = await Should.ThrowAsync<AgentFailureException>(task);
        failure.Code.ShouldBe(code, failure.Message);
        return failure;
    }
}
