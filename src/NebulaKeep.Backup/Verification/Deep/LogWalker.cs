using NebulaKeep.Backup.Logs;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.Backup.Verification.Deep;

/// <summary>Walks through the raft log files of a checkpoint, entry by entry.</summary>
static class LogWalker
{
    /// <summary>Walks through all logs.</summary>
    /// <param name="unit">What should be there.</param>
    /// <param name="good">Files that are there as they were stored, by their path in the unit.</param>
    /// <param name="found">Gets a finding for each file that is not a whole log.</param>
    /// <returns>Logs by partition; null where a file is damaged or missing.</returns>
    public static IReadOnlyDictionary<int, IReadOnlyList<LogFile>?> Walk(Unit unit, IReadOnlyDictionary<string, string> good, Action<SourceFile, string> found)
    {
        var logs = new Dictionary<int, IReadOnlyList<LogFile>?>();
        foreach (var partition in unit.Files.Keys.Select(p => (Path: p, Log: ReplicaLogs.ParseRelative(p))).Where(p => p.Log is not null).ToLookup(p => p.Log!.Value.Partition, p => p.Path))
        {
            var files = partition.Order(StringComparer.Ordinal).Select(path => good.TryGetValue(path, out var file) ? Read(unit.Files[path], file, found) : null).ToList();
            logs[partition.Key] = files.Contains(null) ? null : [.. files.OfType<LogFile>()];
        }

        return logs;
    }

    static LogFile? Read(SourceFile source, string file, Action<SourceFile, string> found)
    {
        var info = WalFileReader.Scan(file);
        if (info.Range is not { } range) found(source, Describe(info));
        else if (source.Log is { } recorded && recorded != range) found(source, $"holds the entries {range.First} to {range.Last}, the manifest says {recorded.First} to {recorded.Last}");
        else return new LogFile(Path.GetFileName(file), range);
        return null;
    }

    static string Describe(WalFileInfo info) => info switch
    {
        { IsUsable: false, FirstId: > 0 } => $"begins with entry {info.FirstId} and is named after another",
        { IsUsable: false } => "is no raft log: it begins with something else than an entry",
        _ => $"is whole up to entry {info.LastId} and broken after it: {info.FileLength - info.ValidLength} bytes are no entry",
    };
}
