using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Crds;
using NebulaKeep.Operator.Resources.Shared;

namespace NebulaKeep.Operator.Resources.Clusters;

/// <summary>The backup agent, container ng-agent.</summary>
public sealed record AgentSpec
{
    /// <summary>The image, without its tag; by default vesoft/nebula-agent.</summary>
    public string? Image { get; init; }

    /// <summary>The image's tag.</summary>
    [DefaultValue("latest")]
    public string? Version { get; init; }

    /// <summary>CPU and memory.</summary>
    public ResourceRequirements? Resources { get; init; }

    /// <summary>Environment, such as CA_CERT_PATH, CLIENT_CERT_PATH and CLIENT_KEY_PATH.</summary>
    [Embedded("name")]
    public IReadOnlyList<JsonObject>? Env { get; init; }

    /// <summary>What it mounts; the volumes are those of the services.</summary>
    [Embedded("name", "mountPath")]
    public IReadOnlyList<JsonObject>? VolumeMounts { get; init; }

    /// <summary>The most that it sends and receives, in megabits a second; 0 for no limit.</summary>
    [Range(0, int.MaxValue)]
    public int? RateLimit { get; init; }

    /// <summary>Seconds between its heartbeats to the meta service.</summary>
    [DefaultValue(60)]
    [Range(1, int.MaxValue)]
    public int? HeartbeatInterval { get; init; }
}
