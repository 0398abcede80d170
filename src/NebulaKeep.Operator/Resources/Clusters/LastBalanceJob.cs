namespace NebulaKeep.Operator.Resources.Clusters;

/// <summary>A job of the meta service that balances data.</summary>
public sealed record LastBalanceJob
{
    /// <summary>The space that it balances.</summary>
    public int? SpaceID { get; init; }

    /// <summary>Its number.</summary>
    public int? JobID { get; init; }
}
