namespace NebulaKeep.Operator.Resources.Clusters;

/// <summary>The graph services.</summary>
public sealed record GraphdSpec : ComponentSpec
{
    /// <summary>A volume for logs.</summary>
    public StorageClaim? LogVolumeClaim { get; init; }

    /// <summary>The Service for clients.</summary>
    public GraphdServiceSpec? Service { get; init; }
}
