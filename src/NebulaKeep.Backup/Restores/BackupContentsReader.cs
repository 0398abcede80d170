using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Logs;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Restores;

/// <summary>
/// Reads a backup for a restore and sees that it is whole: every file that it lists is in the store with its size.
/// nebula-br's backups have no list, so their objects are taken as they are and compared with what .meta says must be there.
/// </summary>
public sealed class BackupContentsReader(IObjectStore store)
{
    const string CurrentFile = "data/CURRENT";
    readonly ManifestReader manifests = new(store);

    /// <summary>The whole backup.</summary>
    /// <exception cref="RestoreRefusedException">There is no such backup, or it is not whole.</exception>
    /// <exception cref="ManifestException">What describes it is damaged.</exception>
    public async Task<BackupContents> ReadAsync(BackupName name, CancellationToken cancellationToken)
    {
        if (await manifests.ReadAsync(name, cancellationToken) is { } manifest) return await FromManifestAsync(name, manifest, cancellationToken);
        if (await NameClaim.ReadAsync(store, name, cancellationToken) is { } holder)
            throw new RestoreRefusedException($"{name} is not complete: {holder.Program} on {holder.Machine} (process {holder.Process}) writes it, or was killed while it did.");
        if (await UpstreamMeta.ReadAsync(store, name, cancellationToken) is { } meta) return await FromUpstreamAsync(meta, cancellationToken);
        throw new RestoreRefusedException($"{store.Location} holds no complete backup {name}: neither its manifest.json nor its .meta exists. 'br show --storage {store.Location}' lists what there is.");
    }

    /// <summary>The whole backup, checked as far as can be without reading its data: for whoever restores it without further checks.</summary>
    /// <exception cref="RestoreRefusedException">There is no such backup, it is not whole, or a storaged could not go on from its raft log.</exception>
    /// <exception cref="ManifestException">What describes it is damaged.</exception>
    public async Task<BackupContents> ReadCheckedAsync(BackupName name, CancellationToken cancellationToken)
    {
        var backup = await ReadAsync(name, cancellationToken);
        if (backup.IsFromLog) WalRules.Check(backup);
        return backup;
    }

    async Task<BackupContents> FromManifestAsync(BackupName name, BackupManifest manifest, CancellationToken cancellationToken)
    {
        var files = await manifests.ReadFilesAsync(manifest, cancellationToken).Select(f => BackupContents.SourceOf(f, name)).ToListAsync(cancellationToken);
        var wanted = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var file in files) wanted[file.Key] = file.Size;
        var wrong = await StoredObjects.FindWrongAsync(store, wanted, cancellationToken);
        if (wrong.Count > 0) throw Damaged(name, wrong);
        return BackupContents.Of(manifest, files);
    }

    async Task<BackupContents> FromUpstreamAsync(ServerBackup meta, CancellationToken cancellationToken)
    {
        if (meta.Base is not null || !meta.IsFull) throw new RestoreRefusedException($"{meta.Name} is an incremental backup of the enterprise edition, whose layout this program cannot restore.");
        var prefix = BackupLayout.Prefix(meta.Name);
        var files = await store.ListAsync(prefix, cancellationToken)
            .Select(o => new SourceFile(o.Key[prefix.Length..], o.Key, o.Size, null))
            .Where(f => ManifestRules.IsFilePath(f.Path))
            .ToListAsync(cancellationToken);
        var tables = meta.MetaFiles.Select(f => $"meta/{f}").ToHashSet(StringComparer.Ordinal);
        var kept = files.Where(f => !f.Path.StartsWith("meta/", StringComparison.Ordinal) || tables.Contains(f.Path)).ToList();
        var wrong = MissingFrom(meta, kept).ToList();
        if (wrong.Count > 0) throw Damaged(meta.Name, wrong);
        return BackupContents.Of(meta, kept);
    }

    // An agent of upstream swallows errors: tables can be missing or empty, and metad refuses those (observed).
    static IEnumerable<string> MissingFrom(ServerBackup meta, IReadOnlyCollection<SourceFile> files)
    {
        var sizes = files.ToDictionary(f => f.Path, f => f.Size, StringComparer.Ordinal);
        foreach (var table in meta.MetaFiles.Select(f => $"meta/{f}"))
            if (sizes.GetValueOrDefault(table) == 0)
                yield return $"{table} is missing or empty";
        foreach (var checkpoint in meta.Checkpoints)
        {
            var current = $"{BackupLayout.CheckpointFolder(meta.Name, checkpoint.Host, BackupLayout.Directory(checkpoint.Index), checkpoint.Space)}/{CurrentFile}"[BackupLayout.Prefix(meta.Name).Length..];
            if (sizes.GetValueOrDefault(current) == 0) yield return $"{current} is missing or empty";
        }
    }

    RestoreRefusedException Damaged(BackupName name, IReadOnlyCollection<string> wrong) =>
        new($"{name} in {store.Location} is damaged: {StoredObjects.Describe(wrong)}. Nothing was changed; restore another backup.");
}
