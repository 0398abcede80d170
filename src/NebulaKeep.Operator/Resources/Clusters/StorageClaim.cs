using NebulaKeep.Operator.Resources.Shared;

namespace NebulaKeep.Operator.Resources.Clusters;

/// <summary>A volume claim of each pod.</summary>
public sealed record StorageClaim
{
    /// <summary>Its size, as requests.storage.</summary>
    public ResourceRequirements? Resources { get; init; }

    /// <summary>Its storage class; by default the cluster's default.</summary>
    public string? StorageClassName { get; init; }
}
