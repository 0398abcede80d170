using System.Globalization;
using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Cleanup;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Sharing;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore.Sealed;

namespace NebulaKeep.Backup.Tests.Histories;

/// <summary>A cluster and its store living through a history; remembers what the data was at each backup.</summary>
sealed class World
{
    static readonly LeaseHolder Self = new("test", "host", 1, DateTimeOffset.UnixEpoch, "any");
    readonly Scene scene;
    readonly Dictionary<string, string> dataAt = new(StringComparer.Ordinal);
    int written;

    public World(Seal? seal = null)
    {
        scene = new Scene(seal: seal);
        scene.Times = scene.Times with { BetweenBackups = TimeSpan.Zero, OpenWrites = TimeSpan.FromMilliseconds(1), OpenWritesAgain = TimeSpan.Zero, RetryPause = TimeSpan.Zero };
        scene.RestoreTimes = scene.RestoreTimes with { Poll = TimeSpan.Zero };
    }

    /// <summary>How often backups were made, resumed and removed: a property that never does is worth nothing.</summary>
    public int Completed { get; private set; }

    public int Resumed { get; private set; }

    public int Removed { get; private set; }

    public async Task LiveAsync(IEnumerable<Step> history)
    {
        foreach (var step in history) await DoAsync(step);
    }

    /// <summary>Restores every complete backup and compares.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public async Task<string?> FindWrongAsync()
    {
        foreach (var name in await CompleteAsync())
            if (await RestoreAsync(name) is { } wrong)
                return wrong;
        return null;
    }

    async Task DoAsync(Step step)
    {
        switch (step.What)
        {
            case Happening.Write: Engine(step, (disk, engine) => disk.Write($"{engine}/wal/1/{Next(disk, $"{engine}/wal/1", "D19")}.wal", Content())); break;
            case Happening.Flush: Engine(step, (disk, engine) => AddTable(disk, engine)); break;
            case Happening.Compact: Engine(step, Compact); break;
            case Happening.CreateSpace: scene.Cluster.CreateSpace(); break;
            case Happening.DropSpace when scene.Cluster.Spaces.Count > 1: scene.Cluster.DropSpace(scene.Cluster.Spaces[step.Which % scene.Cluster.Spaces.Count]); break;
            case Happening.Full: await BackUpAsync(step, null); break;
            case Happening.Incremental: await BackUpAsync(step, await BaseAsync(step)); break;
            case Happening.Remove: await RemoveAsync(step); break;
            case Happening.Resume: await ResumeAsync(step); break;
            case Happening.Restore: await RestoreOneAsync(step); break;
        }
    }

    async Task BackUpAsync(Step step, IncrementalRequest? incremental)
    {
        if (step.Which % 2 == 0) await CleanServersAsync();
        var data = Data;
        var named = scene.Observer.Names.Count;
        var made = await UnderAsync(step, () => scene.BackUpAsync(new BackupRequest { CreatedBy = "test", Incremental = incremental, Resumable = step.Flag, AlwaysHash = step.Which % 3 == 0 }));
        if (scene.Observer.Names.Count > named) dataAt.TryAdd(scene.Observer.Names[^1], data);
        if (made) Completed++;
    }

    async Task ResumeAsync(Step step)
    {
        foreach (var name in scene.Cluster.MetaService.Snapshots.Keys.ToList())
            if (await UnderAsync(step, () => scene.ResumeAsync(BackupName.Parse(name))))
                Resumed++;
    }

    async Task RemoveAsync(Step step)
    {
        var names = await scene.Objects.ListFoldersAsync("", CancellationToken.None).Where(f => BackupName.TryParse(f, out _)).ToListAsync();
        if (names.Count == 0) return;
        var name = BackupName.Parse(names[step.Which % names.Count]);
        if (await UnderAsync(step, () => new BackupCleaner(scene.Store, scene.Times.Lease, TimeProvider.System, new Random(1)).RemoveAsync(name, force: true, Self, CancellationToken.None))) Removed++;
    }

    async Task RestoreOneAsync(Step step)
    {
        await CleanServersAsync();
        var complete = await CompleteAsync();
        if (complete.Count == 0) return;
        var wrong = await RestoreAsync(complete[step.Which % complete.Count]);
        if (wrong is not null) throw new InvalidOperationException(wrong);
    }

    async Task<string?> RestoreAsync(BackupName name)
    {
        await scene.RestoreAsync(name);
        return Data == dataAt[name.Value] ? null : $"{name} restores to other data than it was made of";
    }

    /// <summary>What <c>br cleanup</c> does on the servers about a killed run.</summary>
    async Task CleanServersAsync()
    {
        foreach (var name in scene.Cluster.MetaService.Snapshots.Keys.ToList())
            await new ServerCleanup(scene.Cluster, scene.Store, scene.Times.Lease, TimeProvider.System, new Random(1), scene.Observer).TryAsync(BackupName.Parse(name), "test", CancellationToken.None);
    }

    async Task<IncrementalRequest> BaseAsync(Step step)
    {
        var complete = await CompleteAsync();
        var choice = step.Which % (complete.Count + 1);
        return new IncrementalRequest(choice < complete.Count ? complete[choice] : null);
    }

    async Task<IReadOnlyList<BackupName>> CompleteAsync() =>
        [.. (await scene.KeysAsync()).Where(k => k.EndsWith("/manifest.json", StringComparison.Ordinal)).Select(k => BackupName.Parse(k.Split('/')[0]))];

    /// <summary>True where the work ended well. Failures on purpose and refusals are not the property's business; everything else is.</summary>
    async Task<bool> UnderAsync(Step step, Func<Task> work)
    {
        var (start, dead) = (scene.Gate.Calls.Count, false);
        if (step.How == Ending.AnswerLost) scene.Gate.After = Scene.FailAt(start + step.At);
        if (step.How == Ending.Failed) scene.Gate.Before = Scene.FailAt(start + step.At);
        if (step.How == Ending.Killed)
            scene.Gate.Before = (number, _) =>
            {
                dead |= number >= start + step.At;
                if (dead) throw new KilledException();
            };
        try
        {
            await work();
            return !dead;
        }
        catch (Exception e) when (e is NebulaKeepException or KilledException)
        {
            return false;
        }
        finally
        {
            (scene.Gate.Before, scene.Gate.After) = ((_, _) => { }, (_, _) => { });
            if (dead) await ExpireLeasesAsync();
        }
    }

    async Task ExpireLeasesAsync() =>
        await scene.Objects.DeleteAsync([.. (await scene.KeysAsync()).Where(k => k.StartsWith($"{BackupLayout.OwnFolder}/lock-", StringComparison.Ordinal))], CancellationToken.None);

    void Engine(Step step, Action<FakeDisk, string> change)
    {
        var engines = scene.Cluster.Storageds.SelectMany(h => h.DataPaths.SelectMany(p => scene.Cluster.Spaces.Select(s => (h.Disk, Path: $"{p}/nebula/{s.Id}")))).ToList();
        var (disk, path) = engines[step.Which % engines.Count];
        change(disk, path);
    }

    void AddTable(FakeDisk disk, string engine)
    {
        disk.Write($"{engine}/data/{Next(disk, $"{engine}/data", "D6")}.sst", Content());
        disk.Write($"{engine}/data/MANIFEST-000005", Content());
    }

    void Compact(FakeDisk disk, string engine)
    {
        var old = disk.Below($"{engine}/data").Where(f => f.Key.EndsWith(".sst", StringComparison.Ordinal)).ToList();
        AddTable(disk, engine);
        foreach (var table in old) disk.Remove(table.Key);
    }

    // After a restore numbers come again with other content.
    static string Next(FakeDisk disk, string folder, string digits) => (10 + disk.Below(folder).Count).ToString(digits, CultureInfo.InvariantCulture);

    // Sizes come again, contents do not.
    byte[] Content() => System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"content {++written:D6} {new string('y', written % 3)}"));

    string Data => string.Join('\n', scene.Cluster.Data.Split('\n').Where(line => !line.Contains("/checkpoints/")));

    sealed class KilledException : Exception;
}
