using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Watching;

namespace NebulaKeep.Operator.Watching;

/// <summary>
/// The objects of one kind that the operator follows: of all namespaces, or of the watched ones (an informer for each). Indexes and
/// handlers are added before the informers are made.
/// </summary>
sealed class WatchedKind(ResourceKind kind, string? labels)
{
    readonly Dictionary<string, Indexer> indexers = [];
    readonly List<Informer> informers = [];
    Action<InformerEvent> handlers = _ => { };

    public ResourceKind Kind => kind;

    /// <summary>Lists and watches opened so far, for metrics and tests.</summary>
    public (int Lists, int Watches) Requests => (informers.Sum(informer => informer.Lists), informers.Sum(informer => informer.Watches));

    public int Count => informers.Sum(informer => informer.Cache.Count);

    public bool IsSynced => informers.Count > 0 && informers.TrueForAll(informer => informer.Synced.IsCompletedSuccessfully);

    /// <summary>Adds an index; the same one may be added by several controllers.</summary>
    public void AddIndex(string name, Indexer indexer) => indexers.TryAdd(name, indexer);

    /// <summary>Adds a handler; it must be quick and must not throw.</summary>
    public void OnChange(Action<InformerEvent> handler) => handlers += handler;

    public JsonObject? Find(NamespacedName key) =>
        informers.Select(informer => informer.Cache.Find(key)).FirstOrDefault(item => item is not null);

    public IReadOnlyList<JsonObject> Find(string index, string value) =>
        [.. informers.SelectMany(informer => informer.Cache.Find(index, value))];

    /// <summary>All objects, one after another; do not keep them.</summary>
    public IEnumerable<JsonObject> List() => informers.SelectMany(informer => informer.Cache.List());

    /// <summary>How many objects an index has under each of its values.</summary>
    public IEnumerable<KeyValuePair<string, int>> CountBy(string index) =>
        informers.SelectMany(informer => informer.Cache.CountBy(index)).GroupBy(count => count.Key, count => count.Value, StringComparer.Ordinal).Select(counts => KeyValuePair.Create(counts.Key, counts.Sum()));

    /// <summary>Makes the informers and runs them until cancelled. <paramref name="namespaces"/> is empty for all.</summary>
    public Task RunAsync(KubeClient client, IReadOnlyList<string> namespaces, TimeSpan? resync, TimeProvider time, Random random, ILogger log, CancellationToken cancellation)
    {
        foreach (var one in namespaces.Count == 0 ? [null] : namespaces.Cast<string?>())
        {
            var options = new InformerOptions { Selection = new Selection(one, labels), Resync = resync, Indexers = indexers };
            var informer = new Informer(client, kind, options, time, random, log);
            informer.AddHandler(handlers);
            informers.Add(informer);
        }
        return Task.WhenAll(informers.Select(informer => informer.RunAsync(cancellation)));
    }

    public Task SyncedAsync() => Task.WhenAll(informers.Select(informer => informer.Synced));
}
