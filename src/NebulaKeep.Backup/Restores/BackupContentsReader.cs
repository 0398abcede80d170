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
    public Task<BackupContents> ReadAsync(BackupName name, CancellationToken cancellationToken) => ReadAsync(name, _ => All, cancellationToken);

    /// <summary>A part of a backup, for one of its hosts: only files below these prefixes are kept, and looked for in the store.</summary>
    /// <inheritdoc cref="ReadAsync(BackupName, CancellationToken)"/>
    public Task<BackupContents> ReadPartAsync(BackupName name, IReadOnlyCollection<string> prefixes, CancellationToken cancellationToken)
    {
        bool IsPart(string path) => prefixes.Any(prefix => path.StartsWith(prefix, StringComparison.Ordinal));
        return ReadAsync(name, _ => new Choice(IsPart, IsPart), cancellationToken);
    }

    /// <summary>A backup without the list of its data files, which can be long. All of it is looked for, and what a restore would find out is found out.</summary>
    /// <exception cref="RestoreRefusedException">There is no such backup, it is not whole, or a storaged could not go on from its raft log.</exception>
    /// <exception cref="ManifestException">What describes it is damaged.</exception>
    public async Task<BackupContents> ReadOverviewAsync(BackupName name, CancellationToken cancellationToken)
    {
        var backup = await ReadAsync(name, isFromLog => new Choice(_ => true, isFromLog ? IsOfLog : IsTable), cancellationToken);
        if (backup.IsFromLog) WalRules.Check(backup);
        return backup with { Files = [.. backup.MetaFiles] };
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

    /// <param name="choose">Which files are looked for, and which are kept; told whether the backup is one from the log.</param>
    async Task<BackupContents> ReadAsync(BackupName name, Func<bool, Choice> choose, CancellationToken cancellationToken)
    {
        if (await manifests.ReadAsync(name, cancellationToken) is { } manifest) return await FromManifestAsync(name, manifest, choose(manifest.Mode == BackupManifest.WalMode), cancellationToken);
        if (await NameClaim.ReadAsync(store, name, cancellationToken) is { } holder)
            throw new RestoreRefusedException($"{name} is not complete: {holder.Program} on {holder.Machine} (process {holder.Process}) writes it, or was killed while it did.");
        if (await UpstreamMeta.ReadAsync(store, name, cancellationToken) is { } meta) return await FromUpstreamAsync(meta, choose(false), cancellationToken);
        throw new RestoreRefusedException($"{store.Location} holds no complete backup {name}: neither its manifest.json nor its .meta exists. 'br show --storage {store.Location}' lists what there is.");
    }

    async Task<BackupContents> FromManifestAsync(BackupName name, BackupManifest manifest, Choice choice, CancellationToken cancellationToken)
    {
        var (expected, kept) = (new ExpectedObjects(), new List<SourceFile>());
        await foreach (var file in manifests.ReadFilesAsync(manifest, cancellationToken))
        {
            if (choice.IsLookedFor(file.Path)) expected.Add(file.KeyIn(name), file.Size);
            if (choice.IsKept(file.Path)) kept.Add(BackupContents.SourceOf(file, name));
        }

        var wrong = await expected.LookAsync(store, cancellationToken);
        if (expected.Missing > 0)      // only now their names are needed
            await foreach (var file in manifests.ReadFilesAsync(manifest, cancellationToken))
                if (expected.IsMissing(file.KeyIn(name)))
                    wrong.Add(StoredObjects.Missing(file.KeyIn(name)));
        return wrong.Count > 0 ? throw Damaged(name, wrong) : BackupContents.Of(manifest, kept);
    }

    async Task<BackupContents> FromUpstreamAsync(ServerBackup meta, Choice choice, CancellationToken cancellationToken)
    {
        if (meta.Base is not null || !meta.IsFull) throw new RestoreRefusedException($"{meta.Name} is an incremental backup of the enterprise edition, whose layout this program cannot restore.");
        var prefix = BackupLayout.Prefix(meta.Name);
        var tables = meta.MetaFiles.Select(f => $"meta/{f}").ToHashSet(StringComparer.Ordinal);
        var files = await store.ListAsync(prefix, cancellationToken)
            .Select(o => new SourceFile(o.Key[prefix.Length..], o.Key, o.Size, null))
            .Where(f => ManifestRules.IsFilePath(f.Path) && (!IsTable(f.Path) || tables.Contains(f.Path)))
            .Where(f => choice.IsKept(f.Path) || IsNeeded(f.Path))
            .ToListAsync(cancellationToken);
        var wrong = MissingFrom(meta, files).Where(missing => choice.IsLookedFor(missing.Path)).Select(missing => missing.Sentence).ToList();
        return wrong.Count > 0 ? throw Damaged(meta.Name, wrong) : BackupContents.Of(meta, [.. files.Where(f => choice.IsKept(f.Path))]);
    }

    static bool IsTable(string path) => path.StartsWith("meta/", StringComparison.Ordinal);

    static bool IsNeeded(string path) => IsTable(path) || path.EndsWith($"/{CurrentFile}", StringComparison.Ordinal);

    /// <summary>What the rules of the log are about.</summary>
    static bool IsOfLog(string path) => IsNeeded(path) || path.Contains("/wal/", StringComparison.Ordinal);

    // An agent of upstream swallows errors: tables can be missing or empty, and metad refuses those (observed).
    static IEnumerable<(string Path, string Sentence)> MissingFrom(ServerBackup meta, IReadOnlyCollection<SourceFile> files)
    {
        var sizes = files.ToDictionary(f => f.Path, f => f.Size, StringComparer.Ordinal);
        foreach (var table in meta.MetaFiles.Select(f => $"meta/{f}"))
            if (sizes.GetValueOrDefault(table) == 0)
                yield return (table, $"{table} is missing or empty");
        foreach (var checkpoint in meta.Checkpoints)
        {
            var current = $"{BackupLayout.CheckpointFolder(meta.Name, checkpoint.Host, BackupLayout.Directory(checkpoint.Index), checkpoint.Space)}/{CurrentFile}"[BackupLayout.Prefix(meta.Name).Length..];
            if (sizes.GetValueOrDefault(current) == 0) yield return (current, $"{current} is missing or empty");
        }
    }

    RestoreRefusedException Damaged(BackupName name, IReadOnlyCollection<string> wrong) =>
        new($"{name} in {store.Location} is damaged: {StoredObjects.Describe(wrong)}. Nothing was changed; restore another backup.");

    static Choice All => new(_ => true, _ => true);

    /// <summary>Which files of a backup are looked for in the store, and which are kept in memory; by their paths.</summary>
    sealed record Choice(Func<string, bool> IsLookedFor, Func<string, bool> IsKept);
}
