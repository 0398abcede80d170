using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Backups;

/// <summary>One directory that an agent sends.</summary>
/// <param name="Directory">Absolute directory on the agent's host.</param>
/// <param name="KeyPrefix">Where its files go, without trailing slash.</param>
/// <param name="Required">Files that must be among those sent, relative to the directory.</param>
/// <param name="OnlyRequired">True: nothing else is sent.</param>
public sealed record UploadSource(string Directory, string KeyPrefix, IReadOnlyList<string> Required, bool OnlyRequired);

/// <summary>What one agent sends.</summary>
public sealed record AgentUpload(HostAddress Agent, IReadOnlyList<UploadSource> Sources);

/// <summary>Decides who sends what where, in nebula-br's layout.</summary>
public static class UploadPlanner
{
    /// <summary>Every RocksDB checkpoint holds this file, so one without it was cut short.</summary>
    const string CurrentFile = "data/CURRENT";

    /// <summary>Plans the uploads of a backup that metad has made.</summary>
    /// <param name="backup">metad's answer.</param>
    /// <param name="exporter">The metad that exported the tables: they are on its host only.</param>
    /// <param name="topology">Who is where.</param>
    /// <exception cref="NebulaKeepException">metad's answer cannot be a whole backup.</exception>
    public static IReadOnlyList<AgentUpload> Plan(ServerBackup backup, Daemon exporter, ClusterTopology topology)
    {
        if (backup.MetaFiles.Count == 0) throw new NebulaKeepException($"metad made {backup.Name} without any of its tables: it cannot be restored. See metad's log.");
        var known = topology.Storageds.Select(s => s.Address).ToHashSet();
        var stranger = backup.Checkpoints.FirstOrDefault(c => !known.Contains(c.Host));
        if (stranger is not null) throw new NebulaKeepException($"metad made a checkpoint on {stranger.Host}, which was no storaged of the cluster when this backup began. Run it again.");
        var meta = MetaSources(backup).Select(s => (Agent: topology.AgentOf(exporter), Source: s));
        var data = backup.Checkpoints.Select(c => (Agent: topology.AgentOf(c.Host.Host), Source: DataSource(backup.Name, c)));
        return [.. meta.Concat(data).GroupBy(s => s.Agent).OrderBy(g => g.Key).Select(g => new AgentUpload(g.Key, [.. g.Select(s => s.Source)]))];
    }

    static IEnumerable<UploadSource> MetaSources(ServerBackup backup) =>
        backup.MetaFiles.GroupBy(f => f[..f.LastIndexOf('/')])
            .Select(g => new UploadSource(g.Key, BackupLayout.MetaFolder(backup.Name), [.. g.Select(f => f[(g.Key.Length + 1)..])], OnlyRequired: true));

    static UploadSource DataSource(BackupName name, ServerCheckpoint checkpoint) =>
        new(checkpoint.Directory, BackupLayout.CheckpointFolder(name, checkpoint.Host, BackupLayout.Directory(checkpoint.Index), checkpoint.Space), [CurrentFile], OnlyRequired: false);
}
