using System.Collections.Concurrent;
using NebulaKeep.Agent.Files;
using NebulaKeep.Agent.Guard;
using NebulaKeep.Rpc;

namespace NebulaKeep.Agent.Transfer;

/// <summary>Makes the directories of a download, and makes their names durable at its end. Safe for concurrent use.</summary>
sealed class TargetFolders(DirectoryGuard guard)
{
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute |
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    readonly ConcurrentDictionary<string, FileStat> touched = new(StringComparer.Ordinal);
    readonly Lock gate = new();

    /// <summary>Makes a directory and those above it up to a data directory, owned as their parent is.</summary>
    /// <returns>What the directory is; its owner becomes its files' owner.</returns>
    /// <exception cref="AgentFailureException">The data directory does not exist, or something else lies in the way.</exception>
    public FileStat Ensure(string directory)
    {
        if (touched.TryGetValue(directory, out var known)) return known;
        lock (gate) return touched[directory] = Make(directory);
    }

    /// <summary>Flushes every directory that got a new name.</summary>
    public void Flush()
    {
        foreach (var directory in touched.Keys)
        {
            using var held = guard.Hold(directory);
            using var folder = held?.Enter();
            if (folder is null) throw new DirectoryNotFoundException($"{directory} went away while files were written to it");
            held!.Use(_ => folder.Flush());
        }
    }

    FileStat Make(string directory)
    {
        if (Find(directory) is { } existing) return existing;
        // A missing data directory is a disk that is not mounted far more often than one that shall be made.
        if (guard.IsDataDirectory(directory)) throw new AgentFailureException(GrpcStatusCode.FailedPrecondition, $"the data directory {directory} does not exist; is its disk mounted?");
        var above = Path.GetDirectoryName(directory)!;
        var parent = touched[above] = Make(above);
        using var held = guard.Hold(directory);
        held?.Use(reach => Directory.CreateDirectory(reach, Mode));
        held?.Use(reach => Own(reach, parent));
        return Find(directory) ?? throw new DirectoryNotFoundException($"{directory} went away right after it was made");
    }

    FileStat? Find(string directory)
    {
        using var held = guard.Hold(directory);
        if (guard.IsDataDirectory(directory)) return held?.Stat();
        return held?.Stat() switch
        {
            null => null,
            { Kind: FileKind.Directory } stat => stat,
            _ => throw new AgentFailureException(GrpcStatusCode.FailedPrecondition, $"{directory} is in the way: it is no directory"),
        };
    }

    /// <summary>The process's umask may have taken rights away that the daemon needs.</summary>
    static void Own(string reach, FileStat parent)
    {
        using var made = Posix.OpenRead(reach) ?? throw new DirectoryNotFoundException(reach);
        File.SetUnixFileMode(made, Mode);
        Posix.GiveTo(reach, parent);
    }
}
