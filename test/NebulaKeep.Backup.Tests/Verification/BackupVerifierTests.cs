using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Backup.Tests.Restores;
using NebulaKeep.Backup.Verification;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Memory;
using NebulaKeep.Testing.Stores;

namespace NebulaKeep.Backup.Tests.Verification;

public sealed class BackupVerifierTests
{
    static readonly BackupName First = BackupName.Parse("BACKUP_2026_11_22_08_05_13");
    static readonly BackupName Second = BackupName.Parse("BACKUP_2026_11_23_08_05_13");
    readonly MemoryObjectStore store = new(TimeProvider.System);

    [Theory]
    [InlineData(ManifestWriter.InlineLimit)]
    [InlineData(0)]
    public async Task A_single_changed_bit_anywhere_is_found(int inlineLimit)
    {
        await ChainAsync(inlineLimit);
        var objects = (await store.ObjectsAsync()).Where(o => o.Key.StartsWith($"{Second}/", StringComparison.Ordinal)).ToList();
        var random = new Random(5);
        for (var i = 0; i < 2000; i++)
        {
            var victim = At(objects, random.NextInt64(objects.Sum(o => o.Size)), out var position);
            var before = await store.BytesAsync(victim.Key);
            var changed = before.ToArray();
            changed[position] ^= (byte)(1 << random.Next(8));
            await store.ReplaceAsync(victim.Key, changed);

            var report = await VerifyAsync(Second, VerifyLevel.Checksum);

            report.Findings.ShouldHaveSingleItem($"{victim.Key} at {position}").Key.ShouldBe(victim.Key);
            await store.ReplaceAsync(victim.Key, before);
        }

        (await VerifyAsync(Second, VerifyLevel.Checksum)).IsWhole.ShouldBeTrue();
    }

    [Fact]
    public async Task Every_missing_object_is_found_by_listing_with_the_backups_that_use_it()
    {
        var (_, second) = await ChainAsync();
        foreach (var key in second.Files!.Select(f => f.KeyIn(Second)).Append($"{Second}/{Second}.meta"))
        {
            var before = await store.BytesAsync(key);
            await store.RemoveAsync(key);

            var finding = (await VerifyAsync(Second, VerifyLevel.Exists)).Findings.ShouldHaveSingleItem(key);

            (finding.Kind, finding.Key).ShouldBe((FindingKind.Missing, key));
            finding.UsedBy.ShouldBe(key.StartsWith(First.Value, StringComparison.Ordinal) ? [First.Value] : []);
            await store.ReplaceAsync(key, before);
        }
    }

    [Fact]
    public async Task Every_cut_object_is_found_by_listing()
    {
        await ChainAsync();
        foreach (var one in await store.ObjectsAsync($"{Second}/"))
        {
            var before = await store.BytesAsync(one.Key);
            foreach (var length in new[] { 0, before.Length / 2, before.Length - 1 })
            {
                await store.ReplaceAsync(one.Key, before[..length]);
                (await VerifyAsync(Second, VerifyLevel.Exists)).Findings.ShouldHaveSingleItem($"{one.Key} cut to {length}").Key.ShouldBe(one.Key);
            }

            await store.ReplaceAsync(one.Key, before);
        }
    }

    [Fact]
    public async Task Every_two_objects_that_changed_places_are_found()
    {
        var (first, _) = await ChainAsync();
        var files = first.Files!;
        for (var i = 0; i < files.Count; i++)
            for (var k = i + 1; k < files.Count; k++)
            {
                var (one, other) = (files[i], files[k]);
                await SwapAsync(one.KeyIn(First), other.KeyIn(First));

                var found = (await VerifyAsync(First, one.Size == other.Size ? VerifyLevel.Checksum : VerifyLevel.Exists)).Findings;

                found.Select(f => f.Key).ShouldBe(one.Sha256 == other.Sha256 ? [] : [one.KeyIn(First), other.KeyIn(First)], ignoreOrder: true);
                await SwapAsync(one.KeyIn(First), other.KeyIn(First));
            }
    }

    [Fact]
    public async Task A_part_of_the_list_that_is_missing_is_named()
    {
        await ChainAsync(inlineLimit: 0);
        await store.RemoveAsync($"{Second}/manifest/n1:9779.jsonl.gz");

        var report = await VerifyAsync(Second, VerifyLevel.Exists);

        report.Findings.ShouldHaveSingleItem().Key.ShouldBe($"{Second}/manifest/n1:9779.jsonl.gz");
        report.Notes.ShouldHaveSingleItem().ShouldContain("nothing else");
    }

    [Fact]
    public async Task Without_its_manifest_a_backup_is_none_or_one_of_nebula_br_with_a_word_of_warning()
    {
        await ChainAsync(inlineLimit: 0);
        await store.RemoveAsync($"{First}/manifest.json");

        (await VerifyAsync(First, VerifyLevel.Exists)).Notes.ShouldContain(n => n.Contains("manifest.json was deleted", StringComparison.Ordinal));

        await store.RemoveAsync($"{First}/{First}.meta");
        await Should.ThrowAsync<NothingToVerifyException>(() => VerifyAsync(First, VerifyLevel.Exists));
    }

    [Fact]
    public async Task Clean_backups_raise_no_alarm()
    {
        var random = new Random(7);
        var writer = new WrittenBackups(store, inlineLimit: 5);
        var (origin, contents) = ((BackupManifest?)null, (Dictionary<string, byte[]>?)null);
        var names = Enumerable.Range(0, 100).Select(i => BackupName.At(DateTimeOffset.UnixEpoch.AddYears(50).AddHours(i))).ToList();
        foreach (var name in names)
        {
            contents = WrittenBackups.Contents(random, 1 + random.Next(9), contents);
            origin = await writer.WriteAsync(name, contents, random.Next(4) == 0 ? null : origin);
        }

        foreach (var name in names)
            foreach (var level in new[] { VerifyLevel.Exists, VerifyLevel.Checksum })
                (await VerifyAsync(name, level)).Findings.ShouldBeEmpty($"{name} at {level}");
    }

    [Theory]
    [InlineData(VerifyLevel.Exists)]
    [InlineData(VerifyLevel.Checksum)]
    public async Task Backups_of_the_real_nebula_br_pass_and_are_told_apart(VerifyLevel level)
    {
        using var golden = await GoldenBackup.UnpackAsync();
        foreach (var name in new[] { "BACKUP_2026_11_22_10_11_11", "BACKUP_2026_11_22_10_11_47" })
        {
            var report = await VerifyAsync(golden.Store, BackupName.Parse(name), level);

            report.Findings.ShouldBeEmpty();
            report.Notes.ShouldHaveSingleItem().ShouldContain("no manifest");
            report.Objects.ShouldBeGreaterThan(150);
            report.ObjectsRead.ShouldBe(level == VerifyLevel.Checksum ? report.Objects : 0);
        }
    }

    [Theory]
    [InlineData("meta/__index__.sst")]
    [InlineData("data/127.0.1.2:9779/data1/1/data/CURRENT")]
    public async Task What_a_backup_of_nebula_br_cannot_do_without_is_missed(string path)
    {
        using var golden = await GoldenBackup.UnpackAsync();
        var name = BackupName.Parse("BACKUP_2026_11_22_10_11_11");
        await golden.Store.RemoveAsync($"{name}/{path}");

        (await VerifyAsync(golden.Store, name, VerifyLevel.Exists)).Findings.ShouldHaveSingleItem().Key.ShouldBe($"{name}/{path}");
    }

    [Fact]
    public async Task A_listing_that_leaves_an_object_out_is_no_damage()
    {
        var (first, _) = await ChainAsync();
        var blind = new BlindStore(store, first.Files![2].KeyIn(First));

        (await VerifyAsync(blind, First, VerifyLevel.Checksum)).IsWhole.ShouldBeTrue();
    }

    [Theory]
    [InlineData(StoreCall.Read)]
    [InlineData(StoreCall.List)]
    [InlineData(StoreCall.Stat)]
    public async Task A_store_that_cannot_be_used_is_a_failure_and_no_damage(StoreCall call)
    {
        await ChainAsync();
        var faulty = new FaultyObjectStore(store);
        for (var nth = 1; nth < 20; nth++) faulty.On(call, nth, new StoreFault.Fail(StoreFailure.Unavailable));

        (await Should.ThrowAsync<ObjectStoreException>(() => VerifyAsync(faulty, First, VerifyLevel.Checksum))).Failure.ShouldBe(StoreFailure.Unavailable);
    }

    [Fact]
    public async Task A_content_that_changes_on_its_way_is_found()
    {
        await ChainAsync();
        var faulty = new FaultyObjectStore(store).On(StoreCall.Read, 4, new StoreFault.Corrupt());

        (await VerifyAsync(faulty, First, VerifyLevel.Checksum)).Findings.ShouldHaveSingleItem().Kind.ShouldBe(FindingKind.WrongContent);
    }

    [Fact]
    public async Task A_sample_reads_its_share_and_at_least_one_object()
    {
        await new WrittenBackups(store).WriteAsync(First, WrittenBackups.Contents(new Random(1), 199));

        (await VerifyAsync(store, First, VerifyLevel.Checksum, sample: 0.1)).ObjectsRead.ShouldBe(20);
        (await VerifyAsync(store, First, VerifyLevel.Checksum, sample: 0.0001)).ObjectsRead.ShouldBe(1);
        (await VerifyAsync(store, First, VerifyLevel.Checksum)).ObjectsRead.ShouldBe(200);
    }

    [Fact]
    public async Task Backups_of_a_whole_run_pass()
    {
        var scene = new Scene();
        var full = await scene.BackUpAsync();
        scene.Cluster.Fill("v2");
        var incremental = await scene.BackUpOnAsync(full.Name);

        foreach (var name in new[] { full.Name, incremental.Name })
        {
            var report = await VerifyAsync(scene.Objects, name, VerifyLevel.Checksum);
            report.Findings.ShouldBeEmpty();
            report.Notes.ShouldBeEmpty();
            report.ObjectsRead.ShouldBe(36);
        }
    }

    async Task<(BackupManifest First, BackupManifest Second)> ChainAsync(int inlineLimit = ManifestWriter.InlineLimit)
    {
        var writer = new WrittenBackups(store, inlineLimit);
        var contents = WrittenBackups.Contents(new Random(1), 9);
        contents["data/n1:9779/data0/1/data/000021.sst"] = [1, 2, 3];
        contents["data/n1:9779/data0/1/data/000022.sst"] = [3, 2, 1];
        var first = await writer.WriteAsync(First, contents);
        var second = await writer.WriteAsync(Second, WrittenBackups.Contents(new Random(2), 9, contents), first);
        return (first!, second!);
    }

    Task<VerifyReport> VerifyAsync(BackupName name, VerifyLevel level) => VerifyAsync(store, name, level);

    static Task<VerifyReport> VerifyAsync(IObjectStore objects, BackupName name, VerifyLevel level, double sample = 1) =>
        new BackupVerifier(objects, TimeProvider.System, new Random(3), new RecordingObserver()).RunAsync(new VerifyRequest { Name = name, Level = level, Sample = sample }, CancellationToken.None);

    static StoredObject At(List<StoredObject> objects, long position, out int within)
    {
        foreach (var one in objects)
        {
            within = (int)position;
            if (position < one.Size) return one;
            position -= one.Size;
        }

        throw new InvalidOperationException("The position lies behind the last object.");
    }

    async Task SwapAsync(string one, string other)
    {
        var (a, b) = (await store.BytesAsync(one), await store.BytesAsync(other));
        await store.ReplaceAsync(one, b);
        await store.ReplaceAsync(other, a);
    }
}
