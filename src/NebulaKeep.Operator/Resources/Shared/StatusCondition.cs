using NebulaKeep.Kubernetes.Crds;

namespace NebulaKeep.Operator.Resources.Shared;

/// <summary>One aspect of the present state.</summary>
public sealed record StatusCondition
{
    /// <summary>Which aspect.</summary>
    public required string Type { get; init; }

    /// <summary>True, False or Unknown.</summary>
    public required string Status { get; init; }

    /// <summary>One word for programs.</summary>
    public string? Reason { get; init; }

    /// <summary>A sentence for people.</summary>
    public string? Message { get; init; }

    /// <summary>The generation of the object that this was said of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>When anything of this changed last.</summary>
    [AcceptsNull]
    public DateTimeOffset? LastUpdateTime { get; init; }

    /// <summary>When the status changed last.</summary>
    [AcceptsNull]
    public DateTimeOffset? LastTransitionTime { get; init; }
}
