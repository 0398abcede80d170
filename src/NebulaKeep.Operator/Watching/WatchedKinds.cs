using Microsoft.Extensions.Logging;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Watching;

/// <summary>
/// All kinds that the enabled controllers follow, each once, however many controllers ask. Of Kubernetes' own kinds only objects that
/// an operator made are followed (by their label), so that memory grows with what is ours and not with the cluster.
/// </summary>
sealed class WatchedKinds(IReadOnlyList<string> namespaces, string? objectSelector)
{
    readonly Dictionary<ResourceKind, WatchedKind> kinds = [];

    public IReadOnlyCollection<WatchedKind> All => kinds.Values;

    /// <summary>All objects are known. Before the controllers have said what they follow, none are.</summary>
    public bool AreSynced => kinds.Count > 0 && kinds.Values.All(kind => kind.IsSynced);

    /// <summary>Before <see cref="Run"/> only.</summary>
    public WatchedKind Of(ResourceKind kind)
    {
        if (kinds.TryGetValue(kind, out var known)) return known;
        var labels = kind.Group == CustomResources.Group ? objectSelector : $"{Labels.ManagedBy}={Labels.Operator}";
        return kinds[kind] = new WatchedKind(kind, labels);
    }

    /// <summary>Starts all informers; the task ends when they were cancelled.</summary>
    public Task Run(KubeClient client, TimeSpan? resync, TimeProvider time, Random random, ILoggerFactory loggers, CancellationToken cancellation) =>
        Task.WhenAll(kinds.Values.Select(kind =>
            kind.RunAsync(client, namespaces, resync, time, new Random(random.Next()), loggers.CreateLogger("informer"), cancellation)));

    public Task SyncedAsync(CancellationToken cancellation) =>
        Task.WhenAll(kinds.Values.Select(kind => kind.SyncedAsync())).WaitAsync(cancellation);
}
