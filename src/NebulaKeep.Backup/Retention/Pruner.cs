using NebulaKeep.Backup.Catalog;
using NebulaKeep.Backup.Cleanup;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Retention;

/// <summary>
/// Applies a policy to a store: removes what no rule keeps, then what removed backups and interrupted runs have left. Can be
/// stopped anywhere and run by several at once.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="leaseTimes">When a run counts as dead.</param>
/// <param name="clock">For leases.</param>
/// <param name="random">Names lease objects.</param>
/// <param name="observer">Hears what is removed.</param>
public sealed class Pruner(IObjectStore store, LeaseTimes leaseTimes, TimeProvider clock, Random random, IBackupObserver observer)
{
    /// <summary>So many backups at a time: what others use of them is held in memory.</summary>
    const int GroupSize = 16;

    readonly StepRunner steps = new(clock, observer);

    /// <summary>Decides, and unless it is a dry run, removes.</summary>
    /// <exception cref="CleanupRefusedException">A manifest cannot be read, so that what it uses is unknown.</exception>
    public async Task<PruneResult> RunAsync(PruneRequest request, CancellationToken cancellationToken)
    {
        var entries = await steps.RunAsync("reading the catalog", () => new BackupCatalog(store).ListAsync(cancellationToken));
        var notes = new List<string>();
        var decisions = await DecideAsync(request, entries, cancellationToken);
        var result = new PruneResult { Decisions = decisions, Notes = notes };
        if (request.DryRun) return result;
        await RefuseUnreadableAsync(entries, cancellationToken);
        var remover = new BackupRemover(store, request.Self);
        var removed = await RemoveAsync(remover, decisions, notes, cancellationToken);
        var partial = await steps.RunAsync("removing what interrupted runs left", () => RemovePartialAsync(request, entries, notes, cancellationToken));
        var swept = await steps.RunAsync("sweeping", () => SweepAsync(remover, cancellationToken));
        return result with
        {
            Removed = [.. removed.Select(r => r.Name)],
            Swept = [.. partial.Select(r => r.Name), .. swept.Where(s => s.Objects > 0 && removed.All(r => r.Name != s.Name)).Select(s => s.Name)],
            Objects = removed.Concat(partial).Concat(swept).Sum(r => r.Objects),
            Bytes = removed.Concat(partial).Concat(swept).Sum(r => r.Bytes),
            Kept = swept.Sum(r => r.Kept),
        };
    }

    async Task<IReadOnlyList<RetentionDecision>> DecideAsync(PruneRequest request, IReadOnlyList<CatalogEntry> entries, CancellationToken cancellationToken)
    {
        var groups = ClusterGroups.Of(entries);
        var items = entries.Where(e => groups.ContainsKey(e.Name)).Select(e => new RetentionItem(e.Name, groups[e.Name], e.Created!.Value, e.Pinned));
        var claims = await ClaimedChains.ReadAsync(store, cancellationToken);
        return
        [
            .. RetentionPlanner.Decide(items, request.Policy, request.Zone, request.Force).Select(d => !d.Keep && claims.UserOf(d.Name) is { } user ? new RetentionDecision(d.Name, true, [$"may be used by {user}, which is not complete"]) : d),
            .. entries.Where(e => e.State == BackupState.Foreign).Select(e => new RetentionDecision(e.Name, true, ["made by nebula-br: only 'cleanup' removes it"])),
        ];
    }

    // What a manifest uses that cannot be read is unknown: then nothing may go. A .meta that cannot be read uses nothing.
    async Task RefuseUnreadableAsync(IReadOnlyList<CatalogEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var entry in entries.Where(e => e.State == BackupState.Damaged))
            if (await store.StatAsync(BackupLayout.Manifest(BackupName.Parse(entry.Name)), cancellationToken) is not null)
                throw new CleanupRefusedException($"What {entry.Name} uses cannot be told: {entry.Problem} So nothing can be removed safely; 'br cleanup --name {entry.Name}' removes it first, or use the version that wrote it.");
    }

    // Newest first: incrementals go before what they use, so that little remains behind.
    async Task<IReadOnlyList<RemovedBackup>> RemoveAsync(BackupRemover remover, IReadOnlyList<RetentionDecision> decisions, List<string> notes, CancellationToken cancellationToken)
    {
        var removed = new List<RemovedBackup>();
        var names = decisions.Where(d => !d.Keep).Select(d => BackupName.Parse(d.Name)).OrderDescending();
        foreach (var group in names.Chunk(GroupSize))
            await steps.RunAsync($"removing {group[0]}{(group.Length > 1 ? $" and {group.Length - 1} more" : "")}", async () =>
            {
                try
                {
                    removed.AddRange(await remover.RemoveAsync(group, cancellationToken));
                }
                catch (CleanupRefusedException e)
                {
                    notes.Add(e.Message);
                }
            });
        return removed;
    }

    async Task<IReadOnlyList<RemovedBackup>> RemovePartialAsync(PruneRequest request, IReadOnlyList<CatalogEntry> entries, List<string> notes, CancellationToken cancellationToken)
    {
        var removed = new List<RemovedBackup>();
        var unfinished = await UnfinishedAsync(entries, cancellationToken);
        var now = unfinished.Count == 0 ? default : await StoreTimeAsync(cancellationToken);
        foreach (var name in unfinished)
        {
            try
            {
                if (now - await NewestAsync(name, cancellationToken) < request.KeepPartial) notes.Add($"{name} is not complete and was written to in the last {request.KeepPartial.TotalHours:0.#} hours; it stays.");
                else if (await store.StatAsync(BackupLayout.Manifest(name), cancellationToken) is not null) await NameClaim.ReleaseAsync(store, name, cancellationToken);
                else removed.Add(Of(await new BackupCleaner(store, leaseTimes, clock, random).RemoveAsync(name, force: false, request.Self, cancellationToken)));
            }
            catch (Exception e) when (e is CleanupRefusedException or NothingToCleanException)
            {
                notes.Add(e.Message);
            }
        }

        return removed;
    }

    // A run can be killed before its first object, and after its manifest: then there is a claim and no partial directory.
    async Task<IReadOnlyList<BackupName>> UnfinishedAsync(IReadOnlyList<CatalogEntry> entries, CancellationToken cancellationToken)
    {
        var names = new SortedSet<BackupName>();
        foreach (var entry in entries.Where(e => e.State is BackupState.Running or BackupState.Partial))
            if (BackupName.TryParse(entry.Name, out var name) && !await RemovalMark.ExistsAsync(store, name, cancellationToken))
                names.Add(name);
        await foreach (var name in NameClaim.ListAsync(store, cancellationToken)) names.Add(name);
        return [.. names];
    }

    static RemovedBackup Of(CleanupResult result) => new(result.Name, result.Objects, result.Bytes, result.Kept);

    async Task<DateTimeOffset> NewestAsync(BackupName name, CancellationToken cancellationToken)
    {
        var newest = DateTimeOffset.MinValue;
        foreach (var prefix in new[] { BackupLayout.Prefix(name), $"{BackupLayout.RunningFolder(null)}{name}" })
            await foreach (var found in store.ListStoredAsync(prefix, cancellationToken))
                newest = found.LastModified > newest ? found.LastModified : newest;
        return newest;
    }

    // Only the store's clock counts: an object that is written and taken back shows it.
    async Task<DateTimeOffset> StoreTimeAsync(CancellationToken cancellationToken)
    {
        using var nothing = new MemoryStream([]);
        var now = (await store.PutAsync(BackupLayout.ClockProbe, nothing, PutCondition.Overwrite, cancellationToken)).LastModified;
        await store.DeleteAsync([BackupLayout.ClockProbe], cancellationToken);
        return now;
    }

    /// <summary>What remains of removed backups, and removals that were interrupted.</summary>
    async Task<IReadOnlyList<RemovedBackup>> SweepAsync(BackupRemover remover, CancellationToken cancellationToken)
    {
        var marked = await RemovalMark.ListAsync(store, cancellationToken);
        var entries = await new BackupCatalog(store).ListAsync(cancellationToken);
        var directories = entries.Where(e => e.State == BackupState.Remains).Select(e => BackupName.Parse(e.Name)).Concat(marked).Distinct().Order().ToList();
        var swept = new List<RemovedBackup>();
        foreach (var group in directories.Chunk(GroupSize)) swept.AddRange(await remover.SweepAsync(group, cancellationToken));
        return swept;
    }
}
