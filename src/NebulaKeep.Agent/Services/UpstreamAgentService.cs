using NebulaKeep.Agent.Daemons;
using NebulaKeep.Rpc.AgentV1;
using NebulaKeep.Rpc.Server;
using NebulaKeep.Rpc.Services;
using NebulaKeep.Rpc.Upstream;

namespace NebulaKeep.Agent.Services;

/// <summary>Upstream's <c>proto.AgentService</c> for nebula-br and upstream's operator, without its shell (spec/agent.md §4).</summary>
/// <param name="stop">Ends the agent after the running calls.</param>
sealed class UpstreamAgentService(AgentParts parts, Action stop)
{
    /// <summary>Upstream's start script gives a daemon no limit; br waits without one.</summary>
    static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Adds all methods.</summary>
    public void AddTo(RpcRouter router, RpcAccess access)
    {
        router.Unary(UpstreamAgentMethods.HealthCheck, access, (_, _, _) => Task.FromResult(new HealthCheckResponse { Status = "healthy" }));
        router.Unary(UpstreamAgentMethods.StartService, access, (request, _, token) => UpstreamErrors.AsUnknown(() => StartAsync(request, token)));
        router.Unary(UpstreamAgentMethods.StopService, access, (request, _, token) => UpstreamErrors.AsUnknown(() => StopAsync(request, token)));
        router.Unary(UpstreamAgentMethods.ServiceStatus, access, (request, _, _) => UpstreamErrors.AsUnknown(() => Task.FromResult(StatusOf(request))));
        router.Unary(UpstreamAgentMethods.StopAgent, access, (_, _, _) =>
        {
            stop();
            return Task.FromResult(new StopAgentResponse());
        });
    }

    async Task<StartServiceResponse> StartAsync(StartServiceRequest request, CancellationToken cancellationToken)
    {
        await parts.Daemons.StartAsync(Daemon(request.Dir, request.Role), StartTimeout, cancellationToken);
        parts.DaemonStarted();
        return new StartServiceResponse();
    }

    async Task<StopServiceResponse> StopAsync(StopServiceRequest request, CancellationToken cancellationToken)
    {
        await parts.Daemons.RequestStopAsync(Daemon(request.Dir, request.Role), cancellationToken);
        return new StopServiceResponse();
    }

    ServiceStatusResponse StatusOf(ServiceStatusRequest request) => new()
    {
        Status = DaemonControl.FindRunning(Daemon(request.Dir, request.Role)) is null ? Status.Exited : Status.Running,
    };

    /// <summary>Both contracts number the roles alike.</summary>
    DaemonFiles Daemon(string root, ServiceRole role) => DaemonFiles.Read(parts.Guard.Root(root), (Role)role);
}
