using System.Collections.Concurrent;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.Backup.Logs;

/// <summary>Has the agents look into the log files of all checkpoints of a new backup.</summary>
sealed class LogReader(IClusterConnector cluster)
{
    /// <summary>All log files, by path as in a manifest.</summary>
    public async Task<IReadOnlyCollection<(string Path, LogRange? Range)>> ReadAsync(ServerBackup server, ClusterTopology topology, CancellationToken cancellationToken)
    {
        var logs = new ConcurrentQueue<(string, LogRange?)>();
        await Together.RunAsync(server.Checkpoints.GroupBy(c => topology.AgentOf(c.Host.Host)), (group, token) => ReadAsync(group.Key, [.. group], logs, token), cancellationToken);
        return logs;
    }

    async Task ReadAsync(HostAddress agent, IReadOnlyList<ServerCheckpoint> checkpoints, ConcurrentQueue<(string, LogRange?)> logs, CancellationToken cancellationToken)
    {
        var folders = checkpoints.ToDictionary(c => c.Directory, FolderOf, StringComparer.Ordinal);
        await foreach (var file in cluster.Agent(agent).ReadLogsAsync(folders.Keys, cancellationToken))
        {
            if (!folders.TryGetValue(file.Directory, out var folder)) throw new NebulaKeepException($"Agent {agent} listed {file.Directory}, which it was not asked for.");
            if (ReplicaLogs.IsLog($"{folder}/{file.Path}")) logs.Enqueue(($"{folder}/{file.Path}", file.Log is { } log ? new LogRange(log.First, log.FirstTerm, log.Last, log.LastTerm) : null));
        }
    }

    static string FolderOf(ServerCheckpoint checkpoint) =>
        BackupLayout.CheckpointFolder(checkpoint.Backup, checkpoint.Host, BackupLayout.Directory(checkpoint.Index), checkpoint.Space)[BackupLayout.Prefix(checkpoint.Backup).Length..];
}
