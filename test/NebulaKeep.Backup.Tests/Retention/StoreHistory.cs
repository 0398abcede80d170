using NebulaKeep.Backup.Cleanup;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Retention;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore.Memory;
using NebulaKeep.Testing;

namespace NebulaKeep.Backup.Tests.Retention;

/// <summary>One thing that happens to a store.</summary>
/// <param name="Kind">What.</param>
/// <param name="Pick">Chooses among what there is.</param>
/// <param name="DiesAt">The write or delete at which its process dies; 0: it lives.</param>
/// <param name="Seed">Decides on all else.</param>
public sealed record Happening(int Kind, int Pick, int DiesAt, int Seed)
{
    public const int Kinds = 9;
}

/// <summary>Plays happenings on a store in memory and looks after each whether every complete backup is still whole.</summary>
sealed class StoreHistory
{
    static readonly LeaseHolder Self = new("prune", "here", 1, DateTimeOffset.UnixEpoch, "");
    readonly FakeTimeProvider clock = new();
    readonly MemoryObjectStore store;
    readonly Dictionary<string, BackupManifest> written = [];
    Dictionary<string, byte[]> contents = [];
    int processes;

    public StoreHistory() => store = new MemoryObjectStore(clock);

    public async Task PlayAsync(Happening one)
    {
        clock.Advance(TimeSpan.FromMinutes(1 + (one.Seed % 2000)));
        var random = new Random(one.Seed);
        var stage = new Stage(store, random);
        await (one.Kind switch
        {
            0 => stage.RunAsync(Backup(null, random, one.DiesAt)),
            1 or 2 => stage.RunAsync(Backup(PickComplete(one.Pick), random, one.DiesAt)),
            3 => stage.RunAsync(Prune(random, one.DiesAt)),
            4 => stage.RunAsync(Clean(one.Pick, one.DiesAt)),
            5 => stage.RunAsync(Prune(random, one.DiesAt), Prune(random)),
            6 => stage.RunAsync(Prune(random, one.DiesAt), Backup(PickComplete(one.Pick), random)),
            7 => stage.RunAsync(Clean(one.Pick, one.DiesAt), Prune(random), Backup(PickComplete(one.Pick), random)),
            _ => stage.RunAsync(Pin(one.Pick)),
        });
        await AllCompleteAreWholeAsync(one);
    }

    /// <summary>After two prunes that keep every complete backup, nothing is left that nobody uses.</summary>
    public async Task NothingUnusedSurvivesAsync()
    {
        for (var i = 0; i < 2; i++)
        {
            clock.Advance(TimeSpan.FromDays(2));
            var complete = await CompleteAsync();
            await new Stage(store, new Random(i)).RunAsync(new Stage.Actor(s => PruneAsync(s, new RetentionPolicy { Last = int.MaxValue })));
            (await CompleteAsync()).ShouldBe(complete);
        }

        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in await CompleteAsync()) used.UnionWith(await KeysOfAsync(name));
        (await store.ObjectsAsync()).Select(o => o.Key).Where(k => k.StartsWith("BACKUP_", StringComparison.Ordinal) && !used.Contains(k)).ShouldBeEmpty();
        (await store.ObjectsAsync(".nebulakeep/running/")).ShouldBeEmpty();
    }

    Stage.Actor Backup(BackupManifest? origin, Random random, int diesAt = 0)
    {
        var name = BackupName.At(clock.GetUtcNow());
        contents = WrittenBackups.Contents(random, 2 + random.Next(3), contents);
        var (files, key) = (contents, random.Next(4) == 0 ? "fedcba9876543210" : WrittenBackups.Key);
        return new Stage.Actor(
            async seat =>
            {
                var writer = new WrittenBackups(seat, inlineLimit: random.Next(5) == 0 ? 1 : ManifestWriter.InlineLimit);
                if (await writer.WriteAsync(name, files, origin, origin?.Cluster.Key ?? key, clock.GetUtcNow()) is { } manifest) written[name.Value] = manifest;
            },
            diesAt);
    }

    Stage.Actor Prune(Random random, int diesAt = 0)
    {
        var policy = new RetentionPolicy { Last = random.Next(4), Daily = random.Next(3) == 0 ? random.Next(4) : null };
        return new Stage.Actor(seat => PruneAsync(seat, policy), diesAt);
    }

    Stage.Actor Clean(int pick, int diesAt) => new(
        async seat =>
        {
            if (PickAny(pick) is not { } name) return;
            try
            {
                await new BackupCleaner(seat, LeaseTimes.Default, clock, NextRandom()).RemoveAsync(name, force: true, Self, CancellationToken.None);
            }
            catch (Exception e) when (e is CleanupRefusedException or NothingToCleanException)
            {
                // Both are right answers where others act on the same backup.
            }
        },
        diesAt);

    Stage.Actor Pin(int pick) => new(async seat =>
    {
        if (PickComplete(pick) is not { } manifest) return;
        var name = BackupName.Parse(manifest.Name);
        if (!await Pins.UnpinAsync(seat, name, CancellationToken.None)) await Pins.PinAsync(seat, name, Self, CancellationToken.None);
    });

    Task PruneAsync(NebulaKeep.ObjectStore.IObjectStore seat, RetentionPolicy policy) =>
        new Pruner(seat, LeaseTimes.Default, clock, NextRandom(), new RecordingObserver()).RunAsync(new PruneRequest { Policy = policy, Zone = TimeZoneInfo.Utc, Self = Self }, CancellationToken.None);

    // No two processes draw the same numbers.
    Random NextRandom() => new(++processes);

    async Task AllCompleteAreWholeAsync(Happening after)
    {
        var objects = (await store.ObjectsAsync()).ToDictionary(o => o.Key, o => o.Size, StringComparer.Ordinal);
        foreach (var name in objects.Keys.Where(k => k.EndsWith("/manifest.json", StringComparison.Ordinal)).Select(k => BackupName.Parse(k.Split('/')[0])))
            foreach (var key in await KeysOfAsync(name))
                objects.ShouldContainKey(key, $"{name} is complete and lacks an object after {after}");
        foreach (var gone in written.Keys.Where(n => !objects.ContainsKey($"{n}/manifest.json")).ToList()) written.Remove(gone);
    }

    async Task<List<string>> KeysOfAsync(BackupName name)
    {
        var reader = new ManifestReader(store);
        var manifest = (await reader.ReadAsync(name, CancellationToken.None)).ShouldNotBeNull();
        var keys = await reader.ReadFilesAsync(manifest, CancellationToken.None).Select(f => f.KeyIn(name)).ToListAsync();
        return [.. keys, $"{name}/manifest.json", $"{name}/{name}.meta", .. (manifest.Parts ?? []).Select(p => $"{name}/{p.Path}")];
    }

    async Task<List<BackupName>> CompleteAsync() =>
        [.. (await store.ObjectsAsync()).Where(o => o.Key.EndsWith("/manifest.json", StringComparison.Ordinal)).Select(o => BackupName.Parse(o.Key.Split('/')[0]))];

    BackupManifest? PickComplete(int pick) => written.Count == 0 ? null : written.Values.ElementAt(pick % written.Count);

    BackupName? PickAny(int pick) => written.Count == 0 ? null : BackupName.Parse(written.Keys.ElementAt(pick % written.Count));
}
