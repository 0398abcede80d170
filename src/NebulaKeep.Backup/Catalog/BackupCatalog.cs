using System.Runtime.CompilerServices;
using NebulaKeep.Backup.Cleanup;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.Core.Threading;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Catalog;

/// <summary>
/// What backups a store holds. One listing of folders a thousand backups finds them, then only the heads of manifests (or .meta
/// files) are read, a few at a time: neither the number of objects in the backups nor the length of their lists matters.
/// </summary>
public sealed class BackupCatalog(IObjectStore store)
{
    const string NamePrefix = "BACKUP";
    const int InFlight = 16;
    readonly ManifestReader manifests = new(store);

    /// <summary>All backups and what looks like one, by name. Other folders are left out, as nebula-br does.</summary>
    public async Task<IReadOnlyList<CatalogEntry>> ListAsync(CancellationToken cancellationToken)
    {
        var entries = await ReadAsync(cancellationToken).ToListAsync(cancellationToken);
        var used = entries.SelectMany(e => e.Chain).ToHashSet(StringComparer.Ordinal);
        return [.. entries.Select(e => e.State == BackupState.Partial && used.Contains(e.Name) ? Remains(e) : e)];
    }

    /// <summary>The same one after the other, in order of names and in memory that does not grow. What remains of removed backups is partial here.</summary>
    public async IAsyncEnumerable<CatalogEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pins = await PinsAsync(cancellationToken);
        await foreach (var entry in Ordered.SelectAsync(FoldersAsync(cancellationToken), InFlight, LookAsync, cancellationToken))
            yield return pins.Contains(entry.Name) ? entry with { Pinned = true } : entry;
    }

    /// <summary>One folder; whether it is pinned is not looked at.</summary>
    public async Task<CatalogEntry> LookAsync(string folder, CancellationToken cancellationToken)
    {
        if (!BackupName.TryParse(folder, out var name)) return Unusable(folder, BackupState.Partial, "its name is not one that metad gives");
        try
        {
            if (await manifests.ReadHeadAsync(name, cancellationToken) is { } manifest) return Complete(manifest);
            if (await NameClaim.ReadAsync(store, name, cancellationToken) is { } holder) return Running(folder, holder);
            if (await RemovalMark.ExistsAsync(store, name, cancellationToken)) return Unusable(folder, BackupState.Partial, "its removal was interrupted or goes on: 'prune' and 'cleanup' finish it");
            if (await UpstreamMeta.ReadAsync(store, name, cancellationToken) is { } meta) return Foreign(meta);
            return Unusable(folder, BackupState.Partial, "it has neither manifest.json nor .meta: an interrupted run left it, 'cleanup' removes it");
        }
        catch (ManifestException e)
        {
            return Unusable(folder, BackupState.Damaged, e.Message);
        }
    }

    /// <summary>One backup in detail: its manifest, where its bytes lie, and which backups use objects in its directory.</summary>
    /// <returns>Null where the store has nothing of that name.</returns>
    public async Task<BackupDetails?> DescribeAsync(BackupName name, CancellationToken cancellationToken)
    {
        var entries = await ListAsync(cancellationToken);
        if (entries.FirstOrDefault(e => e.Name == name.Value) is not { } entry) return null;
        var manifest = entry.State == BackupState.Complete ? await manifests.ReadAsync(name, cancellationToken) : null;
        return new BackupDetails
        {
            Entry = entry,
            Manifest = manifest is null ? null : manifest with { Files = null, Parts = null },
            Places = manifest is null ? [] : await PlacesAsync(manifest, cancellationToken),
            UsedBy = [.. entries.Where(e => e.Chain.Contains(name.Value)).Select(e => e.Name)],
        };
    }

    async Task<IReadOnlyList<BackupPlace>> PlacesAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        var places = new Dictionary<string, BackupPlace>(StringComparer.Ordinal);
        await foreach (var file in manifests.ReadFilesAsync(manifest, cancellationToken))
        {
            var directory = file.In ?? manifest.Name;
            var before = places.GetValueOrDefault(directory) ?? new BackupPlace(directory, 0, 0);
            places[directory] = before with { Files = before.Files + 1, Bytes = before.Bytes + file.Size };
        }

        return [.. places.Values.OrderBy(p => p.Directory, StringComparer.Ordinal)];
    }

    async Task<HashSet<string>> PinsAsync(CancellationToken cancellationToken) =>
        await store.ListStoredAsync($"{BackupLayout.PinFolder}/", cancellationToken).Select(o => Path.GetFileNameWithoutExtension(o.Key)).ToHashSetAsync(StringComparer.Ordinal, cancellationToken);

    async IAsyncEnumerable<string> FoldersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var folder in store.ListFoldersAsync("", cancellationToken))
            if (folder.StartsWith(NamePrefix, StringComparison.Ordinal))
                yield return folder;
    }

    static CatalogEntry Complete(BackupManifest manifest) => new()
    {
        Name = manifest.Name,
        State = BackupState.Complete,
        Created = manifest.Created,
        Spaces = Sorted(manifest.Spaces),
        IsFull = manifest.Type == BackupType.Full,
        Mode = manifest.Mode,
        AllSpaces = manifest.AllSpaces,
        Base = manifest.Base,
        Chain = manifest.Chain,
        Cluster = manifest.Cluster,
        Totals = manifest.Totals,
        Seconds = Math.Round((manifest.Ended - manifest.Started).TotalSeconds, 3),
        WritesBlockedMillis = manifest.WritesBlocked.MeasuredMillis ?? manifest.WritesBlocked.UpperBoundMillis,
    };

    static CatalogEntry Foreign(ServerBackup meta) => new()
    {
        Name = meta.Name.Value,
        State = BackupState.Foreign,
        Created = meta.Created,
        Spaces = Sorted(meta.Spaces),
        IsFull = meta.IsFull,
        AllSpaces = meta.AllSpaces,
        Base = meta.Base,
    };

    static CatalogEntry Running(string folder, LeaseHolder holder) => new()
    {
        Name = folder,
        State = BackupState.Running,
        Problem = $"{holder.Program} on {holder.Machine} (process {holder.Process}) works on it since {holder.Since:u}; if that was killed, 'cleanup' removes it",
    };

    static CatalogEntry Remains(CatalogEntry entry) => entry with { State = BackupState.Remains, Problem = null };

    static CatalogEntry Unusable(string folder, BackupState state, string problem) => new() { Name = folder, State = state, Problem = problem };

    static IReadOnlyList<string> Sorted(IEnumerable<ManifestSpace> spaces) => [.. spaces.Select(s => s.Name).Order(StringComparer.Ordinal)];
}
