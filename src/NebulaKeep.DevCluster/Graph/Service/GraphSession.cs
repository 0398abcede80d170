namespace NebulaKeep.DevCluster.Graph.Service;

/// <summary>A client's session: which space it uses. It is not bound to a connection (spec/graph-service.md §4).</summary>
sealed class GraphSession(long id, string space)
{
    volatile string current = space;

    public long Id { get; } = id;

    /// <summary>Name of the chosen space; empty before USE.</summary>
    public string Space
    {
        get => current;
        set => current = value;
    }
}
