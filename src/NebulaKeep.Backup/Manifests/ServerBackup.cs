using System.Globalization;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Manifests;

/// <summary>What metad says of a backup that it made: BackupMeta in this project's words.</summary>
public sealed record ServerBackup
{
    /// <summary>The name that metad gave.</summary>
    public required BackupName Name { get; init; }

    /// <summary>When, by metad's clock.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Community servers always say true.</summary>
    public required bool IsFull { get; init; }

    /// <summary>False where spaces were selected.</summary>
    public required bool AllSpaces { get; init; }

    /// <summary>Base of an incremental of the enterprise edition; otherwise null.</summary>
    public string? Base { get; init; }

    /// <summary>0 from community servers.</summary>
    public required long ClusterId { get; init; }

    /// <summary>metad's exported tables: absolute paths from metad, file names alone in a .meta.</summary>
    public required IReadOnlyList<string> MetaFiles { get; init; }

    /// <summary>The spaces, by id.</summary>
    public required IReadOnlyList<ManifestSpace> Spaces { get; init; }

    /// <summary>Every checkpoint, by host, space and position.</summary>
    public required IReadOnlyList<ServerCheckpoint> Checkpoints { get; init; }

    /// <summary>
    /// The hosts for a manifest. With a topology all its storageds appear, also those without partitions, with their data
    /// paths in order; without one (a .meta alone) the data paths are those that checkpoints lie in.
    /// </summary>
    public IReadOnlyList<ManifestHost> Hosts(IReadOnlyList<Daemon>? storageds)
    {
        var byHost = Checkpoints.ToLookup(c => c.Host);
        var daemons = storageds ?? [.. byHost.OrderBy(g => g.Key).Select(g => new Daemon(DaemonRole.Storage, g.Key, "/unknown", DataPathsOf(g)))];
        return [.. daemons.Select(d => new ManifestHost(d.Address.ToString(), d.Root, d.DataPaths, [.. byHost[d.Address].Select(c => Checkpoint(c, d.DataPaths))]))];
    }

    static ManifestCheckpoint Checkpoint(ServerCheckpoint checkpoint, IReadOnlyList<string> dataPaths) =>
        new(checkpoint.Space, BackupLayout.Directory(checkpoint.Index), DataPathOf(checkpoint, dataPaths), checkpoint.Leaders);

    // The directory is a real path, the daemon's data path may go through a link: then the position decides, as upstream's does.
    static string DataPathOf(ServerCheckpoint checkpoint, IReadOnlyList<string> dataPaths)
    {
        var named = checkpoint.DataPath;
        if (dataPaths.Contains(named)) return named;
        return checkpoint.Index < dataPaths.Count
            ? dataPaths[checkpoint.Index]
            : throw new NebulaKeepException($"storaged {checkpoint.Host} made a checkpoint in {checkpoint.Directory}, which is in none of its data paths ({string.Join(", ", dataPaths)}).");
    }

    static List<string> DataPathsOf(IEnumerable<ServerCheckpoint> checkpoints) =>
        [.. checkpoints.OrderBy(c => c.Index).Select(c => c.DataPath).Distinct(StringComparer.Ordinal)];
}

/// <summary>One checkpoint as storaged reported it.</summary>
/// <param name="Host">The storaged.</param>
/// <param name="Space">Space id.</param>
/// <param name="Index">Position among the host's checkpoints of this space.</param>
/// <param name="Directory">Absolute directory on the host.</param>
/// <param name="Leaders">Partitions led there.</param>
/// <param name="Backup">The backup's name.</param>
public sealed record ServerCheckpoint(HostAddress Host, int Space, int Index, string Directory, IReadOnlyList<ManifestLeader> Leaders, BackupName Backup)
{
    /// <summary>The data path: the directory without <c>/nebula/&lt;space&gt;/checkpoints/&lt;name&gt;</c>.</summary>
    public string DataPath
    {
        get
        {
            var tail = string.Create(CultureInfo.InvariantCulture, $"/nebula/{Space}/checkpoints/{Backup}");
            return Directory.EndsWith(tail, StringComparison.Ordinal) ? Directory[..^tail.Length] : Directory;
        }
    }
}
