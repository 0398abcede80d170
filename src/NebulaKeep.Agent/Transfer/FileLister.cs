using NebulaKeep.Agent.Files;
using NebulaKeep.Agent.Guard;
using NebulaKeep.Rpc;

namespace NebulaKeep.Agent.Transfer;

/// <summary>A file found below a directory.</summary>
/// <param name="Directory">The directory that was listed.</param>
/// <param name="Path">Relative to it, with '/'.</param>
sealed record ListedFile(string Directory, string Path, FileStat Stat)
{
    public string FullPath => $"{Directory}/{Path}";
}

/// <summary>Lists all files below a directory, in ordinal order. Links and special files are errors: none belongs into a checkpoint.</summary>
static class FileLister
{
    /// <exception cref="AgentFailureException">The directory does not exist, or holds what cannot be copied.</exception>
    public static IEnumerable<ListedFile> List(DirectoryGuard guard, string directory) =>
        Entries(guard, directory) is { } entries
            ? Files(guard, directory, "", entries)
            : throw new AgentFailureException(GrpcStatusCode.NotFound, $"the directory {directory} does not exist");

    static IEnumerable<ListedFile> Files(DirectoryGuard guard, string directory, string prefix, IEnumerable<(string Name, FileStat Stat)> entries)
    {
        foreach (var (name, stat) in entries)
        {
            var path = prefix + name;
            if (stat.Kind is FileKind.Link or FileKind.Special) throw new AgentFailureException(GrpcStatusCode.FailedPrecondition, $"{directory}/{path} is a link or special file and cannot be copied");
            if (stat.Kind is FileKind.File) yield return new ListedFile(directory, path, stat);
            else foreach (var file in Files(guard, directory, $"{path}/", Entries(guard, $"{directory}/{path}") ?? [])) yield return file;
        }
    }

    /// <summary>Null where there is no such directory.</summary>
    static List<(string Name, FileStat Stat)>? Entries(DirectoryGuard guard, string directory)
    {
        using var held = guard.Hold(directory);
        using var folder = held?.Enter();
        if (folder is null) return null;
        var entries = new List<(string, FileStat)>();
        foreach (var name in held!.Use(_ => folder.Names()))
        {
            // A file can go away after its name was read: RocksDB and the WAL cleaner remove files of live directories.
            if (Posix.Stat(folder.Reach(name)) is { } stat) entries.Add((name, stat));
        }

        return entries;
    }
}
