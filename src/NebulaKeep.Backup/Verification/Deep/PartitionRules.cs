using NebulaKeep.Backup.Logs;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.Backup.Verification.Deep;

/// <summary>
/// Whether every partition of every space is where metad's tables say, and at the point that was recorded for it. What cannot be judged
/// because something under it is damaged is not judged: the damage is a finding of its own. Pure.
/// </summary>
/// <param name="backup">What the backup should hold.</param>
/// <param name="tables">What metad's tables say; null where they are damaged.</param>
/// <param name="engines">What lies in the checkpoints.</param>
sealed class PartitionRules(BackupContents backup, TablesSeen? tables, IReadOnlyList<EngineSeen> engines)
{
    readonly List<Finding> findings = [];
    readonly List<string> notes = [];

    /// <summary>Looks at all partitions.</summary>
    public (IReadOnlyList<Finding> Findings, IReadOnlyList<string> Notes) Run()
    {
        CheckSpaces();
        foreach (var space in backup.Spaces)
            for (var partition = 1; partition <= space.Partitions; partition++)
            {
                CheckReplicas(space, partition);
                CheckPoint(space, partition);
            }

        foreach (var engine in engines) CheckLogs(engine);
        return (findings, notes);
    }

    void CheckSpaces()
    {
        if (tables is null) return;
        foreach (var space in backup.Spaces.Where(s => !tables.Spaces.Contains(s.Id))) Add($"meta/{TableReader.Spaces}.sst", $"does not know space {space.Name} ({space.Id}), of which the backup holds data");
        foreach (var id in tables.Spaces.Except(backup.Spaces.Select(s => s.Id)).Order()) Add($"meta/{TableReader.Spaces}.sst", $"knows space {id}, of which the backup holds no data");
    }

    void CheckReplicas(ManifestSpace space, int partition)
    {
        if (tables is null) return;
        var name = Name(space, partition);
        if (!tables.Peers.TryGetValue((space.Id, partition), out var peers) || peers.Count == 0)
        {
            Add($"meta/{TableReader.Parts}.sst", $"does not say where {name} lies");
            return;
        }

        foreach (var host in peers)
        {
            var there = engines.Where(e => e.Place.Host == host && e.Place.Space == space.Id).ToList();
            if (there.Count == 0) Add($"data/{host}", $"{name}: the backup holds no checkpoint of this space from {host}, where a replica lies");
            else if (there.TrueForAll(e => e.Database is not null && !Holds(e, partition))) Add(there[0].Place.Folder, $"{name} is missing: metad has a replica of it on {host}");
        }
    }

    // What was acknowledged before the backup is at the leader up to this entry, in the database or in the log.
    void CheckPoint(ManifestSpace space, int partition)
    {
        var led = (from host in backup.Hosts
            from checkpoint in host.Checkpoints
            where checkpoint.Space == space.Id
            from leader in checkpoint.Leaders
            where leader.Partition == partition
            select (Leader: leader, Engine: engines.Single(e => (e.Place.Host, e.Place.Directory, e.Place.Space) == (host.Address, checkpoint.Directory, space.Id)))).ToList();
        if (led.Count == 0) notes.Add($"{Name(space, partition)} had no leader when the backup was made: its point is not recorded, raft agrees on one after a restore.");
        foreach (var (leader, engine) in led)
            if (engine.Database is { } database && engine.Logs.GetValueOrDefault(partition, []) is { } log)
                CheckReach(space, leader, engine.Place, database.Commits.GetValueOrDefault(partition), log.Count == 0 ? null : log[^1].Range);
    }

    void CheckReach(ManifestSpace space, ManifestLeader leader, EnginePlace place, long committed, LogRange? end)
    {
        var reached = Math.Max(committed, end?.Last ?? 0);
        var name = $"{Name(space, leader.Partition)} on {place.Host}";
        if (reached < leader.LogId) Add(place.Folder, $"{name} ends with entry {reached}, the backup was made at entry {leader.LogId}: what came between is missing");
        else if (end is not null && end.Last == leader.LogId && end.LastTerm != leader.Term) Add(place.Folder, $"{name}: entry {end.Last} is of term {end.LastTerm}, the backup was made at one of term {leader.Term}");
    }

    // storaged aborts at a gap, again at each start (observed).
    void CheckLogs(EngineSeen engine)
    {
        foreach (var (partition, log) in engine.Logs.OrderBy(l => l.Key))
        {
            if (log is null || log.Count == 0 || log.Any(f => f.Range is null)) continue;
            var folder = $"{engine.Place.Folder}/wal/{partition}";
            if (LogChain.FindBreak(log) is { } problem) Add(folder, $"the log of partition {partition} {problem}");
            var first = log[0].Range!.First;
            if (engine.Database is { } database && first > database.Commits.GetValueOrDefault(partition) + 1)
                Add(folder, $"the log of partition {partition} begins with entry {first}, its data ends with {database.Commits.GetValueOrDefault(partition)}: storaged would abort");
        }
    }

    static bool Holds(EngineSeen engine, int partition) =>
        engine.Database!.Partitions.Contains(partition)
        || (engine.Database.IsNone && engine.Logs.TryGetValue(partition, out var log) && (log is null || log is [{ Range.First: 1 }, ..]));

    void Add(string path, string detail) => findings.Add(new Finding(FindingKind.Unusable, $"{backup.Name}/{path}", detail));

    static string Name(ManifestSpace space, int partition) => $"partition {partition} of space {space.Name} ({space.Id})";
}
