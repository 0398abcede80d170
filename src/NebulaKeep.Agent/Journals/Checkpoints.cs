using NebulaKeep.Agent.Files;
using NebulaKeep.Agent.Guard;
using NebulaKeep.Core;

namespace NebulaKeep.Agent.Journals;

/// <summary>
/// The checkpoint directories of a backup: <c>data/nebula/space/checkpoints/name</c> (spec/cluster-layout.md). Nothing
/// else can be removed: the name has the form of a backup's, and the rest of the path is fixed.
/// </summary>
sealed class Checkpoints(DirectoryGuard guard, IAllowedDirectories allowed, IMoveDisk disk)
{
    /// <summary>Removes what dropSnapshot left behind and returns it.</summary>
    public IReadOnlyList<string> Remove(BackupName name, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        foreach (var checkpoint in Find(name))
        {
            cancellationToken.ThrowIfCancellationRequested();
            disk.Remove(guard.BelowData(checkpoint));
            removed.Add(checkpoint);
        }

        return removed;
    }

    IEnumerable<string> Find(BackupName name) => allowed.Data
        .Select(data => $"{data}/nebula")
        .Where(Directory.Exists)
        .SelectMany(nebula => Directory.EnumerateDirectories(nebula))
        .Select(space => $"{space}/checkpoints/{name}")
        .Where(checkpoint => Posix.Stat(checkpoint) is { Kind: FileKind.Directory });
}
