using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Restores;

namespace NebulaKeep.Backup.Logs;

/// <summary>What must hold in a backup from the log before a restore stops anything. Pure.</summary>
static class WalRules
{
    const string CurrentFile = "data/CURRENT";

    /// <summary>Checks a backup in mode wal.</summary>
    /// <exception cref="RestoreRefusedException">A storaged would crash on it or lose data; nothing was changed.</exception>
    public static void Check(BackupContents backup)
    {
        var logs = ReplicaLogs.Of(backup.Hosts, backup.Files.Select(f => (f.Path, f.Log))).ToLookup(r => (r.Place.Space, r.Place.Partition));
        foreach (var host in backup.Hosts)
            foreach (var checkpoint in host.Checkpoints)
                foreach (var led in checkpoint.Leaders.Where(l => l.From is not null))
                {
                    List<ReplicaLog> replicas = [.. logs[(checkpoint.Space, led.Partition)]];
                    CheckPartition(backup, backup.Spaces.Single(s => s.Id == checkpoint.Space), led, replicas);
                    CheckLeader(backup, new ReplicaPlace(host.Address, checkpoint.DataPath, checkpoint.Space, led.Partition), replicas);
                }

        CheckData(backup);
        CheckLeaders(backup);
    }

    static void CheckPartition(BackupContents backup, ManifestSpace space, ManifestLeader led, List<ReplicaLog> replicas)
    {
        if (replicas.Count != space.ReplicaFactor) throw Refuse(backup, $"partition {led.Partition} of space {space.Name} has a log for {replicas.Count} of {space.ReplicaFactor} replicas: a majority without it would lose what is in it");
        foreach (var replica in replicas)
        {
            if (LogChain.FindBreak(replica.Files) is { } problem) throw Refuse(backup, $"the log of {replica.Place} {problem}");
            var (first, last) = (replica.Files[0].Range!.First, replica.Files[^1].Range!);
            if (!LogChain.ReachesBack(first, led.From!.Value)) throw Refuse(backup, $"the log of {replica.Place} begins with entry {first} and does not reach back to its data, which ends about entry {led.From}");
            if (last.Last < led.LogId) throw Refuse(backup, $"the log of {replica.Place} ends with entry {last.Last}, the backup was made at {led.LogId}");
        }

        if (replicas.Select(r => r.Files[^1].Range!).Select(r => (r.Last, r.LastTerm)).Distinct().Count() != 1) throw Refuse(backup, $"the replicas of partition {led.Partition} of space {space.Name} end with different entries");
    }

    // Storaged ignores a log on another data path, and comes up with the partition empty (observed).
    static void CheckLeader(BackupContents backup, ReplicaPlace leader, List<ReplicaLog> replicas)
    {
        if (!replicas.Exists(r => r.Place == leader)) throw Refuse(backup, $"the log of {leader} is not where its data is");
    }

    static void CheckData(BackupContents backup)
    {
        var files = backup.Files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        var continued = backup.Hosts.SelectMany(h => h.Checkpoints).Where(c => c.Leaders.Any(l => l.From is not null)).Select(c => c.Space).ToHashSet();
        foreach (var host in backup.Hosts)
            foreach (var checkpoint in host.Checkpoints.Where(c => continued.Contains(c.Space)))
                if (!files.Contains($"data/{host.Address}/{checkpoint.Directory}/{checkpoint.Space}/{CurrentFile}"))
                    throw Refuse(backup, $"{host.Address} has space {checkpoint.Space} on {checkpoint.DataPath} without the data that the log continues");
    }

    static void CheckLeaders(BackupContents backup)
    {
        var led = backup.Hosts.SelectMany(h => h.Checkpoints).SelectMany(c => c.Leaders.Select(l => (c.Space, l.Partition))).ToList();
        if (led.Distinct().Count() != led.Count) throw Refuse(backup, "a partition has two leaders");
        foreach (var space in backup.Spaces)
            if (led.Count(l => l.Space == space.Id) != space.Partitions) throw Refuse(backup, $"space {space.Name} has {space.Partitions} partitions, of {led.Count(l => l.Space == space.Id)} it is known where they were");
    }

    static RestoreRefusedException Refuse(BackupContents backup, string why) => new($"{backup.Name} cannot be restored: {why}. Nothing was changed; restore another backup.");
}
