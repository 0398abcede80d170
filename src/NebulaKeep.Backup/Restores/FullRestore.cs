using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Restores;

/// <summary>
/// Restores a backup into a running cluster of the same number of storageds. Everything is checked first; then the daemons
/// stop, the old data is moved aside with journals, and the new data is fetched and started. Any failure puts the old data
/// back and starts the daemons again. One instance a run.
/// </summary>
public sealed class FullRestore(IClusterConnector cluster, IObjectStore store, StoreSettings storeForAgents, RestoreTimes times, TimeProvider clock, IBackupObserver observer)
{
    readonly StepRunner steps = new(clock, observer);
    readonly Daemons daemons = new(cluster, times);

    /// <summary>Runs the restore to its end.</summary>
    /// <exception cref="RestoreRefusedException">A check failed; nothing was changed.</exception>
    /// <exception cref="RestoreFailedException">It failed later; the message says how the cluster is now. Also on cancellation.</exception>
    public async Task<RestoreResult> RunAsync(RestoreRequest request, CancellationToken cancellationToken)
    {
        observer.Named(request.Name);
        var ready = await steps.RunAsync("checking backup and cluster", () => new RestoreChecks(cluster, store, observer).RunAsync(request.Name, cancellationToken));
        var roots = ready.Target.Storageds.Concat(ready.Target.Metads).Select(d => (Agent: ready.Target.AgentOf(d), d.Root)).Distinct().ToList();
        var journals = new JournalSet(cluster, JournalSet.NewId(request.Name, clock.GetUtcNow()), roots);
        try
        {
            await ReplaceAsync(request, ready, journals, cancellationToken);
            await steps.RunAsync("committing", () => journals.CommitAsync(cancellationToken));
        }
        catch (Exception e)
        {
            var interrupted = e is OperationCanceledException && cancellationToken.IsCancellationRequested;
            var step = steps.Current;
            var problems = await steps.RunAsync("rolling back", () => RollBackAsync(ready.Target, journals));
            throw new RestoreFailedException(step, e, interrupted, problems);
        }

        var notices = await steps.RunAsync("removing the old data", () => DiscardAsync(journals));
        return new RestoreResult(request.Name, ready.Plan.Files, ready.Plan.Bytes, notices);
    }

    async Task ReplaceAsync(RestoreRequest request, CheckedRestore ready, JournalSet journals, CancellationToken cancellationToken)
    {
        var (plan, target) = (ready.Plan, ready.Target);
        await steps.RunAsync("stopping graphds", () => daemons.StopAsync(Placed(target.Graphds, target), cancellationToken));
        await steps.RunAsync("stopping storageds", () => daemons.StopAsync(Placed(target.Storageds, target), cancellationToken));
        await steps.RunAsync("stopping metads", () => daemons.StopAsync(Placed(target.Metads, target), cancellationToken));
        await steps.RunAsync("moving the old data aside", () => journals.SetAsideAsync(plan.SetAside, cancellationToken));
        var downloader = new Downloader(cluster, AgentStore.From(storeForAgents), new TransferMeter(clock, observer));
        await steps.RunAsync("downloading", () => downloader.DownloadAsync(plan.Downloads, Math.Max(1, request.Concurrency), cancellationToken));
        await steps.RunAsync("starting metads", () => StartMetadsAsync(target, cancellationToken));
        await steps.RunAsync("restoring metad's tables", () => RestoreMetaAsync(plan, cancellationToken));
        await steps.RunAsync("starting storageds", () => daemons.StartAsync(Placed(target.Storageds, target), cancellationToken));
        await steps.RunAsync("starting graphds", () => daemons.StartAsync(Placed(target.Graphds, target), cancellationToken));
        await steps.RunAsync("waiting for the partitions' leaders", () => new LeaderWait(cluster.Meta, times, clock).RunAsync(ready.Backup.Spaces, cancellationToken));
    }

    async Task StartMetadsAsync(ClusterTopology target, CancellationToken cancellationToken)
    {
        await daemons.StartAsync(Placed(target.Metads, target), cancellationToken);
        await new MetadWait(cluster.Meta, times, clock).RunAsync(target.Metads, cancellationToken);
    }

    // Each metad is changed outside of raft, so every one gets the same files and pairs (spec/meta-thrift.md §7.7).
    async Task RestoreMetaAsync(RestorePlan plan, CancellationToken cancellationToken)
    {
        var pairs = plan.Pairs.Select(p => new HostPair { FromHost = HostAddr.Of(HostAddress.Parse(p.From.Address)), ToHost = HostAddr.Of(p.To.Address) }).ToList();
        foreach (var meta in plan.Metas) await cluster.Meta.RestoreMetaAsync(meta.Metad.Address, meta.Files, pairs, cancellationToken);
    }

    async Task<IReadOnlyList<string>> DiscardAsync(JournalSet journals)
    {
        using var bound = new CancellationTokenSource(times.RollBack, clock);
        var failures = await journals.DiscardAsync(bound.Token);
        var notices = failures.Select(f => $"The restore is complete, but old data could not be removed: {f.Message} 'br restore rollback' with the agents' addresses finishes it (it goes forward).").ToList();
        foreach (var notice in notices) observer.Notice(notice);
        return notices;
    }

    async Task<IReadOnlyList<string>> RollBackAsync(ClusterTopology target, JournalSet journals)
    {
        using var bound = new CancellationTokenSource(times.RollBack, clock);
        var placed = target.StopOrder.Select(d => PlacedDaemon.Of(d, target)).ToList();
        return await new RollBack(daemons, t => new MetadWait(cluster.Meta, times, clock).RunAsync(target.Metads, t)).RunAsync(journals, placed, bound.Token);
    }

    static List<PlacedDaemon> Placed(IEnumerable<Daemon> daemons, ClusterTopology target) => [.. daemons.Select(d => PlacedDaemon.Of(d, target))];
}
