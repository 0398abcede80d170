using NebulaKeep.Backup.Logs;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.ObjectStore;
using NebulaKeep.RocksDb;

namespace NebulaKeep.Backup.Verification.Deep;

/// <summary>
/// Level deep: downloads metad's tables, then one checkpoint after the other, and looks into them as the servers would. Every object
/// is also compared with what was stored, so nothing is read twice for the two.
/// </summary>
/// <param name="backup">What the backup should hold.</param>
/// <param name="fetcher">Gets its files.</param>
/// <param name="scratch">Where they are put.</param>
/// <param name="steps">Tells the observer where it is.</param>
sealed class DeepCheck(BackupContents backup, Fetcher fetcher, Scratch scratch, StepRunner steps)
{
    const string Unproven = "Tables and databases are proven by RocksDB's own checksums. Of raft logs, which have none, the sequence of entries was followed, not their contents.";

    readonly List<Finding> findings = [];
    readonly List<EngineSeen> engines = [];
    int tables;

    /// <summary>Looks at everything.</summary>
    /// <exception cref="ObjectStoreException">The store cannot be used.</exception>
    public async Task<DeepResult> RunAsync(CancellationToken cancellationToken)
    {
        TablesSeen? seen = null;
        foreach (var unit in Unit.Of(backup))
            if (unit.Place is { } place) engines.Add(await steps.RunAsync($"looking into {place}", () => LookAsync(unit, place, cancellationToken)));
            else seen = await steps.RunAsync("looking into metad's tables", () => TablesAsync(unit, cancellationToken));
        var (wrong, notes) = new PartitionRules(backup, seen, engines).Run();
        List<Finding> all = [.. fetcher.Findings, .. findings, .. wrong, .. FromLog()];
        return new DeepResult(all, backup.HasManifest ? notes : [Unproven, .. notes], fetcher.Keys.ToHashSet(StringComparer.Ordinal), Figures());
    }

    async Task<TablesSeen?> TablesAsync(Unit unit, CancellationToken cancellationToken)
    {
        using var folder = scratch.Folder();
        var good = await fetcher.FetchAsync(unit, folder, cancellationToken);
        var (spaces, peers) = (new HashSet<int>(), new Dictionary<(int, int), IReadOnlyList<string>>());
        var read = new HashSet<string>(StringComparer.Ordinal);
        using var reader = new TableReader(folder);
        foreach (var (name, file) in good.OrderBy(f => f.Key, StringComparer.Ordinal))
            if (await Task.Run(() => TryTable(reader, unit.Files[name], file, See, cancellationToken), cancellationToken)) read.Add(name);
        tables = read.Count;
        foreach (var needed in new[] { TableReader.Spaces, TableReader.Parts }.Select(t => $"{t}.sst").Where(t => !unit.Files.ContainsKey(t)))
            findings.Add(new Finding(FindingKind.Missing, $"{backup.Name}/meta/{needed}", "is missing: without it a restored metad knows of no data"));
        return read.Contains($"{TableReader.Spaces}.sst") && read.Contains($"{TableReader.Parts}.sst") ? new TablesSeen(spaces, peers) : null;

        void See(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
        {
            if (TableReader.TryParseSpace(key, out var space)) spaces.Add(space);
            else if (TableReader.TryParsePart(key, value, out var part, out var hosts)) peers[part] = hosts;
        }
    }

    bool TryTable(TableReader reader, SourceFile source, string file, RowReader see, CancellationToken cancellationToken)
    {
        try
        {
            reader.Read(file, Path.GetFileNameWithoutExtension(file), see, cancellationToken);
            return true;
        }
        catch (RocksDbException e) when (!DamagedFile.IsOfThisMachine(e))
        {
            Found(source, $"metad could not take it over at a restore: {DamagedFile.Of(e, Path.GetDirectoryName(file)!).Reason}");
            return false;
        }
    }

    async Task<EngineSeen> LookAsync(Unit unit, EnginePlace place, CancellationToken cancellationToken)
    {
        using var folder = scratch.Folder();
        var good = await fetcher.FetchAsync(unit, folder, cancellationToken);
        var logs = LogWalker.Walk(unit, good, Found);
        var database = await Task.Run(() => Database(unit, place, good, Path.Combine(folder.Path, "data"), cancellationToken), cancellationToken);
        return new EngineSeen(place, database, logs);
    }

    DatabaseSeen? Database(Unit unit, EnginePlace place, IReadOnlyDictionary<string, string> good, string directory, CancellationToken cancellationToken)
    {
        var files = unit.Files.Keys.Where(p => p.StartsWith("data/", StringComparison.Ordinal)).ToList();
        if (files.Count == 0) return DatabaseSeen.None;
        if (!files.TrueForAll(good.ContainsKey)) return null;
        try
        {
            return DatabaseReader.Read(directory, cancellationToken);
        }
        catch (RocksDbException e) when (!DamagedFile.IsOfThisMachine(e))
        {
            Found(unit, place, DamagedFile.Of(e, directory));
            return null;
        }
    }

    void Found(Unit unit, EnginePlace place, DamagedFile damage)
    {
        var depends = $"{place} cannot be restored from this replica; RocksDB stops at the first damage, more may follow";
        if (damage.Name is { } name && unit.Files.TryGetValue($"data/{name}", out var source)) Found(source, $"{damage.Reason} ({depends})");
        else findings.Add(new Finding(damage.IsMissing ? FindingKind.Missing : FindingKind.Unusable, $"{backup.Name}/{place.Folder}/data{(damage.Name is null ? "" : $"/{damage.Name}")}", $"{damage.Reason} ({depends})"));
    }

    void Found(SourceFile source, string detail) => findings.Add(new ExpectedObject(source.Key, source.Path, source.Size).Found(FindingKind.Unusable, detail));

    IEnumerable<Finding> FromLog()
    {
        if (!backup.IsFromLog) yield break;
        string? problem = null;
        try
        {
            WalRules.Check(backup);
        }
        catch (RestoreRefusedException e)
        {
            problem = e.Message;
        }

        if (problem is not null) yield return new Finding(FindingKind.Unusable, BackupLayout.Manifest(backup.Name), problem);
    }

    DeepFigures Figures()
    {
        var databases = engines.Select(e => e.Database).OfType<DatabaseSeen>().Where(d => !d.IsNone).ToList();
        return new DeepFigures(tables, databases.Count, databases.Sum(d => d.Entries), engines.Sum(e => e.Logs.Values.Count(l => l is { Count: > 0 })), backup.Spaces.Sum(s => s.Partitions));
    }
}
