namespace NebulaKeep.Operator.Resources.Clusters;

/// <summary>How a service's pods spread over nodes or zones.</summary>
public sealed record SpreadConstraint
{
    /// <summary>The node label whose values count as different places.</summary>
    public required string TopologyKey { get; init; }

    /// <summary>DoNotSchedule or ScheduleAnyway.</summary>
    public required string WhenUnsatisfiable { get; init; }
}
