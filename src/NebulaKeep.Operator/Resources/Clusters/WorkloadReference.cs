namespace NebulaKeep.Operator.Resources.Clusters;

/// <summary>A kind of workload.</summary>
public sealed record WorkloadReference
{
    /// <summary>Such as statefulsets.apps.</summary>
    public required string Name { get; init; }

    /// <summary>Such as v1.</summary>
    public string? Version { get; init; }
}
