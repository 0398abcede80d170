using System.Text.Json;
using System.Text.Json.Serialization;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Resources.Shared;

/// <summary>What a container is given of CPU and memory, as core/v1 ResourceRequirements.</summary>
public sealed record ResourceRequirements
{
    /// <summary>The most it may use.</summary>
    public IReadOnlyDictionary<string, IntOrString>? Limits { get; init; }

    /// <summary>What the scheduler reserves.</summary>
    public IReadOnlyDictionary<string, IntOrString>? Requests { get; init; }

    /// <summary>Fields of other releases, kept.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; init; }
}
