using Microsoft.Extensions.Logging;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.DevCluster.Wal;

/// <summary>
/// Finds the files of a log at the start of a server and mends what a crash can leave, as upstream does (spec/cluster-layout.md §4.1):
/// the end of the last file is cut back to its last whole entry, and files before a gap in the ids are removed.
/// </summary>
static partial class WalDirectory
{
    /// <summary>The usable files in order, contiguous from the first to the last (later files may repeat ids of earlier ones).</summary>
    public static List<WalFileInfo> Load(string directory, ILogger logger)
    {
        Directory.CreateDirectory(directory);
        var files = Paths(directory).Select(WalFileReader.Scan).ToList();
        if (files.Count > 0) files[^1] = Repair(files[^1], logger);
        var kept = AfterLastGap(files.Where(file => file.IsUsable).ToList());
        foreach (var file in files.Except(kept)) Remove(file, logger);
        return kept;
    }

    /// <summary>The log files of a directory in the order of their names.</summary>
    public static IEnumerable<string> Paths(string directory) => Directory.EnumerateFiles(directory)
        .Where(path => WalFileName.TryParse(Path.GetFileName(path), out _))
        .Order(StringComparer.Ordinal);

    static WalFileInfo Repair(WalFileInfo file, ILogger logger)
    {
        if (file.ValidLength == file.FileLength || !file.IsUsable) return file;
        LogTruncated(logger, file.Path, file.ValidLength);
        using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Write);
        stream.SetLength(file.ValidLength);
        return file with { FileLength = file.ValidLength };
    }

    static List<WalFileInfo> AfterLastGap(List<WalFileInfo> files)
    {
        for (var i = files.Count - 1; i > 0; i--)
            if (files[i].FirstId > files[i - 1].LastId + 1)
                return files[i..];
        return files;
    }

    static void Remove(WalFileInfo file, ILogger logger)
    {
        LogRemoved(logger, file.Path);
        File.Delete(file.Path);
    }

    [LoggerMessage(LogLevel.Warning, "Invalid wal {Path}, truncate from offset {Offset}")]
    private static partial void LogTruncated(ILogger logger, string path, long offset);

    [LoggerMessage(LogLevel.Warning, "Removing the wal file {Path}: it is empty, damaged, or older than a gap in the log ids")]
    private static partial void LogRemoved(ILogger logger, string path);
}
