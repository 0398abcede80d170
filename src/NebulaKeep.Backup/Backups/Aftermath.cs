using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Backups;

/// <summary>
/// What must happen after a run, whatever happened in it: writes open, checkpoint dropped, no partial directory. It has its
/// own time limits and never hears the caller's cancellation. Nothing here throws: what cannot be done becomes a sentence
/// that says what is left to do.
/// </summary>
sealed class Aftermath(IClusterConnector cluster, IObjectStore store, BackupTimes times, TimeProvider clock)
{
    const int DeleteBatch = 1000;

    /// <summary>After a success: drops the checkpoint and gives the name back.</summary>
    public async Task<IReadOnlyList<string>> AfterSuccessAsync(RunState run)
    {
        var name = run.Name!.Value;
        if (run.Journal is { } journal) await journal.EndAsync(writeRest: false, CancellationToken.None);
        List<string> left = [.. await DropAsync(run, [name])];
        left.AddRange(await TryAsync(times.RemovePartial, t => NameClaim.ReleaseOwnAsync(store, name, run.Self!, t), e => $"{BackupLayout.RunningClaim(name)} could not be removed ({e}); delete it by hand."));
        return left;
    }

    /// <summary>After a failure at any point: writes first, then the checkpoint, then the store.</summary>
    public async Task<IReadOnlyList<string>> AfterFailureAsync(RunState run)
    {
        var left = new List<string>();
        var blocked = run.MayBlock ? await OpenWritesAsync(run) : [];
        var opened = clock.GetTimestamp();
        if (run.Keep) left.AddRange(await KeepAsync(run));
        else left.AddRange(await RemoveAsync(run));
        if (run.MayBlock) blocked = await OpenWritesLaterAsync(run, opened);
        return [.. blocked, .. left];
    }

    Task<IReadOnlyList<string>> KeepAsync(RunState run) => TryAsync(
        times.RemovePartial, t => run.Journal?.EndAsync(writeRest: true, t) ?? Task.CompletedTask, e => $"What was sent last could not be written down ({e}); resuming sends some of it again.");

    async Task<IReadOnlyList<string>> RemoveAsync(RunState run)
    {
        var left = new List<string>();
        if (run.MayBlock || run.Name is not null) left.AddRange(await DropAllAsync(run));
        if (run.Name is not null) left.AddRange(await RemovePartialAsync(run));
        return left;
    }

    Task<IReadOnlyList<string>> OpenWritesAsync(RunState run) =>
        new WriteOpener(cluster, run.Cluster!.Topology, times, clock).OpenAsync(run.SpaceIds, CancellationToken.None);

    async Task<IReadOnlyList<string>> OpenWritesLaterAsync(RunState run, long opened)
    {
        var rest = times.OpenWritesAgain - clock.GetElapsedTime(opened);
        if (rest > TimeSpan.Zero) await Task.Delay(rest, clock, CancellationToken.None);
        return await OpenWritesAsync(run);
    }

    // The name is not in an error's answer (observed), and a lost answer has none: metad's list tells it.
    async Task<IReadOnlyList<string>> DropAllAsync(RunState run)
    {
        IReadOnlyList<BackupName> names = run.Name is { } known ? [known] : [];
        var failed = names.Count > 0 ? [] : await TryAsync(
            times.DropCheckpoint,
            async t => names = [.. (await cluster.Meta.ListSnapshotsAsync(t)).Select(s => BackupName.TryParse(s.Name, out var n) ? n : default).Where(n => n.Value.Length > 0)],
            e => $"metad could not be asked for leftover checkpoints ({e}). Once it answers, 'SHOW SNAPSHOTS' lists them and 'br cleanup --name <BACKUP_…>' drops them.");
        return [.. failed, .. await DropAsync(run, names)];
    }

    async Task<IReadOnlyList<string>> DropAsync(RunState run, IReadOnlyList<BackupName> names)
    {
        var left = new List<string>();
        foreach (var name in names)
        {
            run.Name ??= name;
            var undropped = await TryAsync(times.DropCheckpoint, t => cluster.DropCheckpointAsync(name, t), e => $"The checkpoint of {name} could not be dropped ({e}). 'br cleanup --name {name}' does it once metad answers.");
            run.CheckpointStays |= undropped.Count > 0;
            left.AddRange(undropped);
            left.AddRange(await TryAsync(times.DropCheckpoint, t => cluster.RemoveCheckpointsAsync(run.Cluster!.Topology, name, t), e => $"Directories of the checkpoint {name} may be left on disks ({e}). 'br cleanup --name {name}' removes them."));
        }

        return left;
    }

    Task<IReadOnlyList<string>> RemovePartialAsync(RunState run)
    {
        var name = run.Name!.Value;
        return TryAsync(times.RemovePartial, t => RemovePartialAsync(run, name, t), e => $"{store.Location}/{name} is incomplete and could not be removed ({e}). 'br cleanup --name {name}' does it.");
    }

    async Task RemovePartialAsync(RunState run, BackupName name, CancellationToken cancellationToken)
    {
        if (run.Journal is { } journal) await journal.EndAsync(writeRest: false, cancellationToken);
        if (run.OwnsDirectory)
        {
            await store.DeleteAsync([BackupLayout.Manifest(name)], cancellationToken);
            var keys = await store.ListStoredAsync(BackupLayout.Prefix(name), cancellationToken).Select(o => o.Key).ToListAsync(cancellationToken);
            foreach (var batch in keys.Chunk(DeleteBatch)) await store.DeleteAsync(batch, cancellationToken);
        }

        // By the claim of a checkpoint that is left the next run sees that it is of no use to anybody.
        if (!run.CheckpointStays) await NameClaim.ReleaseOwnAsync(store, name, run.Self!, cancellationToken);
    }

    async Task<IReadOnlyList<string>> TryAsync(TimeSpan limit, Func<CancellationToken, Task> work, Func<string, string> left)
    {
        using var bound = new CancellationTokenSource(limit, clock);
        var problem = "no answer in time";
        while (true)
        {
            try
            {
                await work(bound.Token);
                return [];
            }
            catch (OperationCanceledException)
            {
                return [left(problem)];
            }
            catch (Exception e)
            {
                problem = e.Message;
                if (e is not NebulaKeepException { IsTransient: true }) return [left(problem)];
            }

            if (!await Pause.ForAsync(times.RetryPause, clock, bound.Token)) return [left(problem)];
        }
    }
}
