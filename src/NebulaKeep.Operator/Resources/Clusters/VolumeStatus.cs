using System.Text.Json;
using System.Text.Json.Serialization;

namespace NebulaKeep.Operator.Resources.Clusters;

/// <summary>The volumes of one kind of service.</summary>
public sealed record VolumeStatus
{
    /// <summary>The volumes, by the name of their claim.</summary>
    public IReadOnlyDictionary<string, ProvisionedVolume>? ProvisionedVolumes { get; init; }

    /// <summary>All claims have their volume.</summary>
    public bool? ProvisionedDone { get; init; }

    /// <summary>Fields of other releases, kept.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; init; }
}

/// <summary>A volume that a claim has.</summary>
public sealed record ProvisionedVolume
{
    /// <summary>The PersistentVolume.</summary>
    public string? VolumeName { get; init; }

    /// <summary>The class that it is of.</summary>
    public string? StorageClass { get; init; }

    /// <summary>How big it is.</summary>
    public string? Capacity { get; init; }
}
