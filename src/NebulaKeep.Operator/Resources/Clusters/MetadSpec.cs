using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NebulaKeep.Kubernetes.Crds;

namespace NebulaKeep.Operator.Resources.Clusters;

/// <summary>The meta services.</summary>
public sealed record MetadSpec : ComponentSpec
{
    /// <summary>The volume for data.</summary>
    public required StorageClaim DataVolumeClaim { get; init; }

    /// <summary>A volume for logs.</summary>
    public StorageClaim? LogVolumeClaim { get; init; }

    /// <summary>The headless Service; its annotations are taken.</summary>
    public ServiceSpec? Service { get; init; }

    /// <summary>The license manager of the enterprise edition.</summary>
    [JsonPropertyName("licenseManagerURL")]
    public string? LicenseManagerUrl { get; init; }

    /// <summary>The license of the enterprise edition.</summary>
    [Embedded]
    public JsonObject? License { get; init; }
}
