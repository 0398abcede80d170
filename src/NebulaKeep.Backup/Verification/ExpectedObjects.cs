using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Verification;

/// <summary>Which objects a backup consists of: from its manifest, or from what nebula-br's .meta and layout say.</summary>
sealed class ExpectedObjects(IObjectStore store)
{
    const string CurrentFile = "data/CURRENT";
    readonly ManifestReader manifests = new(store);

    /// <summary>The parts that list the files of a manifest; none where it lists them itself.</summary>
    public static IReadOnlyList<ExpectedObject> ListsOf(BackupManifest manifest) =>
        [.. (manifest.Parts ?? []).Select(part => new ExpectedObject($"{manifest.Name}/{part.Path}", part.Path, part.Size, part.Sha256))];

    /// <summary>The files of a manifest, the parts that list them, and the .meta.</summary>
    /// <exception cref="ManifestException">A part of the list is missing or damaged.</exception>
    public async Task<ExpectedBackup> OfAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        var name = BackupName.Parse(manifest.Name);
        var objects = new Dictionary<string, ExpectedObject>(StringComparer.Ordinal);
        foreach (var list in ListsOf(manifest)) Add(list);
        if (manifest.MetaFile is { } meta) Add(new ExpectedObject(BackupLayout.MetaFile(name), $"{name}.meta", meta.Size, meta.Sha256));
        var files = new List<SourceFile>();
        await foreach (var file in manifests.ReadFilesAsync(manifest, cancellationToken))
        {
            Add(new ExpectedObject(file.KeyIn(name), file.Path, file.Size, file.Sha256, file.Crc32C));
            files.Add(BackupContents.SourceOf(file, name));
        }

        return new ExpectedBackup([.. objects.Values], manifest.MetaFile is null ? ["The manifest does not know its .meta, which nebula-br would need."] : [], BackupContents.Of(manifest, files));

        void Add(ExpectedObject one) => objects.TryAdd(one.Key, one);
    }

    /// <summary>
    /// What must be there of a backup that nebula-br made: every table of its .meta, the heart of every checkpoint, and whatever
    /// else lies there, of which neither size nor content is known.
    /// </summary>
    public async Task<ExpectedBackup> OfAsync(ServerBackup meta, CancellationToken cancellationToken)
    {
        var prefix = BackupLayout.Prefix(meta.Name);
        var objects = Needed(meta).ToDictionary(o => o.Key, StringComparer.Ordinal);
        await foreach (var found in store.ListAsync(prefix, cancellationToken))
            objects[found.Key] = new ExpectedObject(found.Key, found.Key[prefix.Length..], objects.ContainsKey(found.Key) ? null : found.Size);
        List<string> notes = ["It has no manifest (nebula-br made it, or its manifest.json was deleted): that every table and every checkpoint is there can be seen, but neither missing logs nor changed contents. '--level deep' looks into them."];
        if (!IsPlain(meta)) notes.Add("It is an incremental backup of the enterprise edition, of which only the tables are checked.");
        if (objects.Keys.Any(k => k.StartsWith($"{prefix}manifest/", StringComparison.Ordinal))) notes.Add("It holds parts of a manifest: manifest.json was deleted, and with it the backup.");
        return new ExpectedBackup([.. objects.Values], notes, IsPlain(meta) ? BackupContents.Of(meta, Sources(meta, objects.Values)) : null);
    }

    static bool IsPlain(ServerBackup meta) => meta.Base is null && meta.IsFull;

    // A table that .meta does not name is not restored, and can be an empty file (observed).
    static List<SourceFile> Sources(ServerBackup meta, IEnumerable<ExpectedObject> objects)
    {
        var tables = meta.MetaFiles.Select(f => $"meta/{f}").ToHashSet(StringComparer.Ordinal);
        return [.. objects.Where(o => ManifestRules.IsFilePath(o.Path) && (!o.Path.StartsWith("meta/", StringComparison.Ordinal) || tables.Contains(o.Path))).Select(o => new SourceFile(o.Path, o.Key, o.Size ?? 0, null))];
    }

    // An agent of upstream swallows errors: tables can be missing or empty, and metad refuses those (observed).
    static IEnumerable<ExpectedObject> Needed(ServerBackup meta)
    {
        var prefix = BackupLayout.Prefix(meta.Name);
        foreach (var table in meta.MetaFiles) yield return new ExpectedObject($"{prefix}meta/{table}", $"meta/{table}", null);
        if (!IsPlain(meta)) yield break;
        foreach (var checkpoint in meta.Checkpoints)
        {
            var key = $"{BackupLayout.CheckpointFolder(meta.Name, checkpoint.Host, BackupLayout.Directory(checkpoint.Index), checkpoint.Space)}/{CurrentFile}";
            yield return new ExpectedObject(key, key[prefix.Length..], null);
        }
    }
}
