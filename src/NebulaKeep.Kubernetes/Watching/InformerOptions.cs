using NebulaKeep.Kubernetes.Client;

namespace NebulaKeep.Kubernetes.Watching;

/// <summary>What an informer keeps and how.</summary>
public sealed record InformerOptions
{
    /// <summary>Which objects.</summary>
    public Selection Selection { get; init; } = Selection.All;

    /// <summary>How often every object is reported again; null for never.</summary>
    public TimeSpan? Resync { get; init; }

    /// <summary>Indexes of the cache by name.</summary>
    public IReadOnlyDictionary<string, Indexer> Indexers { get; init; } = new Dictionary<string, Indexer>();

    /// <summary>The first delay after a failure.</summary>
    public TimeSpan FirstBackOff { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest delay after failures in a row.</summary>
    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromSeconds(30);
}
