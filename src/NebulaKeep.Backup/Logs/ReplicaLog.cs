using NebulaKeep.Backup.Manifests;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.Backup.Logs;

/// <summary>Where a replica of a partition lies.</summary>
readonly record struct ReplicaPlace(string Host, string DataPath, int Space, int Partition)
{
    public override string ToString() => $"partition {Partition} of space {Space} on {Host} ({DataPath})";
}

/// <summary>One file of a replica's raft log.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Range">What it holds; null where it is cut, damaged or not named after its first entry.</param>
sealed record LogFile(string Name, LogRange? Range);

/// <summary>The raft log of one replica, files in order.</summary>
sealed record ReplicaLog(ReplicaPlace Place, IReadOnlyList<LogFile> Files);

/// <summary>Finds logs among the files of a backup.</summary>
static class ReplicaLogs
{
    const string Folder = "wal";

    /// <summary>Groups log files by replica.</summary>
    /// <param name="hosts">The hosts and checkpoints that the paths are of.</param>
    /// <param name="files">Paths as in a manifest, with what is known of logs.</param>
    public static IReadOnlyList<ReplicaLog> Of(IReadOnlyList<ManifestHost> hosts, IEnumerable<(string Path, LogRange? Range)> files)
    {
        var dataPaths = hosts.SelectMany(h => h.Checkpoints.Select(c => (Key: (h.Address, c.Directory, c.Space), c.DataPath))).ToDictionary(c => c.Key, c => c.DataPath);
        return [.. from file in files
            let parsed = Parse(file.Path)
            where parsed is not null && dataPaths.ContainsKey(parsed.Value.Checkpoint)
            let place = new ReplicaPlace(parsed.Value.Checkpoint.Host, dataPaths[parsed.Value.Checkpoint], parsed.Value.Checkpoint.Space, parsed.Value.Partition)
            group new LogFile(parsed.Value.Name, file.Range) by place into replica
            select new ReplicaLog(replica.Key, [.. replica.OrderBy(f => f.Name, StringComparer.Ordinal)])];
    }

    /// <summary>True for a path of a raft log file.</summary>
    public static bool IsLog(string path) => Parse(path) is not null;

    /// <summary>The path of a log file below a checkpoint.</summary>
    public static string PathOf(int partition, string name) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Folder}/{partition}/{name}");

    /// <summary>The partition and file name of a log file's path below a checkpoint; null for other files.</summary>
    public static (int Partition, string Name)? ParseRelative(string relative) =>
        relative.Split('/') is [Folder, var partition, var name] && int.TryParse(partition, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id) && WalFileName.TryParse(name, out _)
            ? (id, name)
            : null;

    static ((string Host, string Directory, int Space) Checkpoint, int Partition, string Name)? Parse(string path)
    {
        if (!BackupLayout.TryParseDataPath(path, out var data) || ParseRelative(data.Relative) is not var (partition, name)) return null;
        return ((data.Host.ToString(), data.Directory, data.Space), partition, name);
    }
}
