using NebulaKeep.Backup.Manifests;

namespace NebulaKeep.Backup.Sharing;

/// <summary>
/// Where the base kept the file that a path of the new backup names. <c>data&lt;i&gt;</c> is a position in metad's answer and
/// can differ from backup to backup for the same data path.
/// </summary>
sealed class CheckpointMap(IReadOnlyDictionary<string, string> folders)
{
    /// <summary>Maps every path to itself.</summary>
    public static CheckpointMap Identity { get; } = new(new Dictionary<string, string>());

    /// <summary>Maps checkpoints of the same host, space and data path onto each other.</summary>
    public static CheckpointMap Between(IEnumerable<ManifestHost> now, IEnumerable<ManifestHost> then)
    {
        var old = Folders(then).ToDictionary(f => (f.Host, f.Checkpoint.Space, f.Checkpoint.DataPath), f => f.Folder);
        return new CheckpointMap(Folders(now)
            .Where(f => old.ContainsKey((f.Host, f.Checkpoint.Space, f.Checkpoint.DataPath)))
            .ToDictionary(f => f.Folder, f => old[(f.Host, f.Checkpoint.Space, f.Checkpoint.DataPath)], StringComparer.Ordinal));
    }

    /// <summary>The path in the base; the same path where the base has no such checkpoint.</summary>
    public string Map(string path)
    {
        if (!BackupLayout.TryParseDataPath(path, out var parts)) return path;
        return folders.TryGetValue(path[..^parts.Relative.Length], out var folder) ? folder + parts.Relative : path;
    }

    // Two checkpoints of one host and space can name one data path where it is known by its position only.
    static IEnumerable<(string Host, ManifestCheckpoint Checkpoint, string Folder)> Folders(IEnumerable<ManifestHost> hosts) =>
        hosts.SelectMany(h => h.Checkpoints.Select(c => (h.Address, c, $"data/{h.Address}/{c.Directory}/{c.Space}/")))
            .DistinctBy(f => (f.Address, f.c.Space, f.c.DataPath));
}
