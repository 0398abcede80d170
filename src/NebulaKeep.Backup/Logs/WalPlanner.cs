using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Sharing;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.Backup.Logs;

/// <summary>
/// Decides whether the raft log since a base makes an exact backup, and what has to be sent for it: the rules of
/// docs/formats/backup.md. Pure; in doubt it refuses.
/// </summary>
sealed class WalPlanner(BaseBackup found, ServerBackup server, Daemon exporter, ClusterTopology topology)
{
    const string Instead = "Use '--mode share', which has no such condition.";
    readonly IReadOnlyList<ManifestHost> now = server.Hosts(topology.Storageds);
    readonly HashSet<int> known = [.. found.Manifest.Spaces.Select(s => s.Id).Intersect(server.Spaces.Select(s => s.Id))];

    /// <summary>Makes the plan.</summary>
    /// <param name="logs">The log files of all new checkpoints, by path as in a manifest of this backup.</param>
    /// <exception cref="BaseRefusedException">A rule is broken; nothing was uploaded.</exception>
    public WalPlan Plan(IEnumerable<(string Path, LogRange? Range)> logs)
    {
        var before = ReplicaLogs.Of(found.Manifest.Hosts, found.Files.Select(f => (f.Path, f.Log))).Where(r => known.Contains(r.Place.Space)).ToDictionary(r => r.Place);
        var after = ReplicaLogs.Of(now, logs).Where(r => known.Contains(r.Place.Space)).ToDictionary(r => r.Place);
        RefuseMoved(before.Keys, after.Keys);
        var joined = before.Keys.GroupBy(p => (p.Space, p.Partition)).Select(g => Join(g.Key.Space, g.Key.Partition, [.. g], before, after)).ToList();
        var copies = joined.SelectMany(j => j.Copies).ToList();
        return new WalPlan(Uploads(copies), [.. Data(), .. joined.SelectMany(j => j.Kept)], copies, Hosts());
    }

    JoinedPartition Join(int space, int partition, List<ReplicaPlace> replicas, Dictionary<ReplicaPlace, ReplicaLog> before, Dictionary<ReplicaPlace, ReplicaLog> after)
    {
        var name = $"partition {partition} of space {space}";
        var wanted = server.Spaces.Single(s => s.Id == space).ReplicaFactor;
        if (replicas.Count != wanted) throw Refuse($"{name} has {replicas.Count} replicas with a log in the base, {wanted} are needed");
        var (leader, point) = LeaderOf(space, partition);
        var source = after[leader].Files;
        var (kept, copies) = (new List<ManifestFile>(), new List<LogCopy>());
        foreach (var place in replicas)
        {
            var (chain, problem) = LogChain.Join(before[place].Files, source);
            if (chain is null) throw Refuse($"{place}: {problem}");
            var (first, last) = (chain.Files[0].Range!.First, chain.Files[^1].Range!.Last);
            if (last < point.LogId) throw Refuse($"{place}: the log ends with entry {last}, the leader was at {point.LogId}");
            if (!LogChain.ReachesBack(first, From(space, partition))) throw Refuse($"{place}: the log begins with entry {first} and may not reach back to the data of the base, which ends about entry {From(space, partition)}");
            kept.AddRange(chain.Kept.Select(f => Held(BaseFolder(place), place, f)));
            copies.AddRange(chain.Added.Select(f => new LogCopy($"{BaseFolder(leader)}{ReplicaLogs.PathOf(partition, f.Name)}", $"{BaseFolder(place)}{ReplicaLogs.PathOf(partition, f.Name)}")));
        }

        return new JoinedPartition(kept, copies);
    }

    void RefuseMoved(ICollection<ReplicaPlace> before, ICollection<ReplicaPlace> after)
    {
        foreach (var place in before.Except(after)) throw Refuse($"{place} was there at the time of the base and has no log now: it was moved or removed");
        foreach (var place in after.Except(before)) throw Refuse($"{place} has no log in the base: it was moved there since, or had none");
        foreach (var space in known)
            if (Shape(found.Manifest.Spaces, space) != Shape(server.Spaces, space)) throw Refuse($"space {space} has other partitions than in the base");
        foreach (var space in server.Spaces.Where(s => known.Contains(s.Id)))
            for (var partition = 1; partition <= space.Partitions; partition++)
                if (!before.Any(p => p.Space == space.Id && p.Partition == partition)) throw Refuse($"partition {partition} of space {space.Id} has no log in the base");
    }

    (ReplicaPlace Place, ManifestLeader Point) LeaderOf(int space, int partition)
    {
        var leaders = (from host in now
            from checkpoint in host.Checkpoints
            where checkpoint.Space == space
            from led in checkpoint.Leaders
            where led.Partition == partition
            select (new ReplicaPlace(host.Address, checkpoint.DataPath, space, partition), led)).ToList();
        return leaders.Count == 1 ? leaders[0] : throw Refuse($"partition {partition} of space {space} has {leaders.Count} leaders in metad's answer instead of one");
    }

    // The leader's commit mark in the data files, wherever in the chain they were made.
    long From(int space, int partition)
    {
        var led = found.Manifest.Hosts.SelectMany(h => h.Checkpoints).Where(c => c.Space == space).SelectMany(c => c.Leaders).SingleOrDefault(l => l.Partition == partition)
            ?? throw Refuse($"the base does not say where partition {partition} of space {space} was");
        return led.From ?? led.LogId;
    }

    List<AgentUpload> Uploads(List<LogCopy> copies)
    {
        var logs = copies.Select(c => c.From).Distinct(StringComparer.Ordinal).ToLookup(FolderOf, StringComparer.Ordinal);
        var sources = from checkpoint in server.Checkpoints
            where known.Contains(checkpoint.Space)
            let folder = BaseFolder(new ReplicaPlace(checkpoint.Host.ToString(), DataPathOf(checkpoint), checkpoint.Space, 0))
            where logs.Contains(folder)
            select (Agent: topology.AgentOf(checkpoint.Host.Host), Source: new UploadSource(checkpoint.Directory, $"{server.Name}/{folder.TrimEnd('/')}", [.. logs[folder].Select(p => p[folder.Length..])], OnlyRequired: true));
        var others = UploadPlanner.Plan(server with { Checkpoints = [.. server.Checkpoints.Where(c => !known.Contains(c.Space))] }, exporter, topology).SelectMany(u => u.Sources.Select(s => (u.Agent, Source: s)));
        return [.. others.Concat(sources).GroupBy(s => s.Agent).OrderBy(g => g.Key).Select(g => new AgentUpload(g.Key, [.. g.Select(s => s.Source)]))];
    }

    IEnumerable<ManifestFile> Data() => found.Files
        .Where(f => BackupLayout.TryParseDataPath(f.Path, out var path) && known.Contains(path.Space) && !ReplicaLogs.IsLog(f.Path))
        .Select(Held);

    List<ManifestHost> Hosts() =>
        [.. now.Select(h => h with { Checkpoints = [.. BaseCheckpoints(h), .. h.Checkpoints.Where(c => !known.Contains(c.Space))] })];

    IEnumerable<ManifestCheckpoint> BaseCheckpoints(ManifestHost host) =>
        from then in found.Manifest.Hosts.Where(h => h.Address == host.Address).SelectMany(h => h.Checkpoints)
        where known.Contains(then.Space)
        let led = host.Checkpoints.Where(c => c.Space == then.Space && c.DataPath == then.DataPath).SelectMany(c => c.Leaders)
        select then with { Leaders = [.. led.Select(l => l with { From = From(then.Space, l.Partition) })] };

    ManifestFile Held(ManifestFile file) => file with { In = file.In ?? found.Name.Value, At = file.At };

    ManifestFile Held(string folder, ReplicaPlace place, LogFile file)
    {
        var path = folder + ReplicaLogs.PathOf(place.Partition, file.Name);
        return Held(found.Files.First(f => f.Path == path));
    }

    string BaseFolder(ReplicaPlace place)
    {
        var checkpoint = found.Manifest.Hosts.Where(h => h.Address == place.Host).SelectMany(h => h.Checkpoints).FirstOrDefault(c => c.Space == place.Space && c.DataPath == place.DataPath);
        return checkpoint is null ? "" : $"data/{place.Host}/{checkpoint.Directory}/{checkpoint.Space}/";
    }

    string DataPathOf(ServerCheckpoint checkpoint) =>
        now.Single(h => h.Address == checkpoint.Host.ToString()).Checkpoints.Single(c => c.Space == checkpoint.Space && c.Directory == BackupLayout.Directory(checkpoint.Index)).DataPath;

    // data/<host>/<directory>/<space>/
    static string FolderOf(string path) => string.Join('/', path.Split('/', 5)[..4]) + "/";

    static (int, int) Shape(IEnumerable<ManifestSpace> spaces, int id) => spaces.Where(s => s.Id == id).Select(s => (s.Partitions, s.ReplicaFactor)).Single();

    BaseRefusedException Refuse(string why) => new($"The log since {found.Name} does not make an exact backup: {why}. {Instead}");

    sealed record JoinedPartition(List<ManifestFile> Kept, List<LogCopy> Copies);
}
