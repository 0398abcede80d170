using NebulaKeep.Rpc.Upstream;

namespace NebulaKeep.Rpc.Services;

/// <summary>Upstream's <c>/proto.AgentService/*</c>, all unary (spec/agent.md §2.2).</summary>
public static class UpstreamAgentMethods
{
    const string Service = "proto.AgentService";

    /// <summary>Starts a daemon; returns when it was launched.</summary>
    public static readonly RpcMethod<StartServiceRequest, StartServiceResponse> StartService =
        new(Service, nameof(StartService), StartServiceRequest.Parser, StartServiceResponse.Parser);

    /// <summary>Tells a daemon to end; does not wait.</summary>
    public static readonly RpcMethod<StopServiceRequest, StopServiceResponse> StopService =
        new(Service, nameof(StopService), StopServiceRequest.Parser, StopServiceResponse.Parser);

    /// <summary>RUNNING or EXITED.</summary>
    public static readonly RpcMethod<ServiceStatusRequest, ServiceStatusResponse> ServiceStatus =
        new(Service, nameof(ServiceStatus), ServiceStatusRequest.Parser, ServiceStatusResponse.Parser);

    /// <summary>Ends the agent after the running calls.</summary>
    public static readonly RpcMethod<StopAgentRequest, StopAgentResponse> StopAgent =
        new(Service, nameof(StopAgent), StopAgentRequest.Parser, StopAgentResponse.Parser);

    /// <summary>Answers <c>healthy</c>.</summary>
    public static readonly RpcMethod<HealthCheckRequest, HealthCheckResponse> HealthCheck =
        new(Service, nameof(HealthCheck), HealthCheckRequest.Parser, HealthCheckResponse.Parser);
}
