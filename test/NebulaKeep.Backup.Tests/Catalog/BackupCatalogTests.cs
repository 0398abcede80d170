using NebulaKeep.Backup.Catalog;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Backup.Tests.Manifests;
using NebulaKeep.Backup.Tests.Restores;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Tests.Catalog;

public sealed class BackupCatalogTests
{
    readonly Scene scene = new();

    [Fact]
    public async Task A_backup_is_listed_with_what_its_manifest_says()
    {
        var backup = await scene.BackUpAsync();

        var entry = (await ListAsync()).ShouldHaveSingleItem();

        entry.ShouldSatisfyAllConditions(
            e => e.Name.ShouldBe(backup.Name.Value),
            e => e.State.ShouldBe(BackupState.Complete),
            e => e.Spaces.ShouldBe(["items", "people"]),
            e => e.IsFull.ShouldBeTrue(),
            e => e.Base.ShouldBeNull(),
            e => e.Totals.ShouldBe(backup.Manifest.Totals),
            e => e.Created.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(1795342272222)));
    }

    [Fact]
    public async Task Backups_of_nebula_br_are_listed_from_their_meta_file()
    {
        using var golden = await GoldenBackup.UnpackAsync();

        var entries = await new BackupCatalog(golden.Store).ListAsync(CancellationToken.None);

        entries.Select(e => (e.Name, e.State)).ShouldBe([("BACKUP_2026_11_22_10_11_11", BackupState.Foreign), ("BACKUP_2026_11_22_10_11_47", BackupState.Foreign)]);
        entries.ShouldAllBe(e => e.IsFull && e.AllSpaces && e.Spaces.SequenceEqual(new[] { "golden_a", "golden_b", "golden_c" }));
    }

    [Fact]
    public async Task A_manifest_that_cannot_be_read_is_damaged_with_the_reason()
    {
        await PutAsync("BACKUP_2026_01_01_00_00_00/manifest.json", "{\"formatVersion\": 9}");

        var entry = (await ListAsync()).ShouldHaveSingleItem();

        entry.State.ShouldBe(BackupState.Damaged);
        entry.Problem.ShouldNotBeNull().ShouldContain("format 9");
    }

    [Fact]
    public async Task A_meta_file_that_cannot_be_read_is_damaged()
    {
        await PutAsync("BACKUP_2026_01_01_00_00_00/BACKUP_2026_01_01_00_00_00.meta", "no thrift");

        (await ListAsync()).ShouldHaveSingleItem().State.ShouldBe(BackupState.Damaged);
    }

    [Fact]
    public async Task Debris_is_partial_and_a_claimed_name_is_running_whatever_lies_in_it()
    {
        var running = BackupName.Parse("BACKUP_2026_01_01_00_00_02");
        await PutAsync("BACKUP_2026_01_01_00_00_01/data/x", "x");
        await NameClaim.TakeAsync(scene.Objects, running, RunClaim.Of(new LeaseHolder("br", "host", 7, DateTimeOffset.UnixEpoch, "k")), CancellationToken.None);
        var backup = await scene.BackUpAsync();
        await PutAsync($"{running}/{running}.meta", await TextAsync($"{backup.Name}/{backup.Name}.meta"));

        (await ListAsync()).Select(e => e.State).ShouldBe([BackupState.Partial, BackupState.Running, BackupState.Complete]);
    }

    [Fact]
    public async Task Other_folders_are_left_out()
    {
        await PutAsync("other/x", "x");
        await PutAsync("BACKUP_strange/x", "x");

        (await ListAsync()).ShouldHaveSingleItem().Problem.ShouldNotBeNull().ShouldContain("name");
    }

    [Fact]
    public async Task Nothing_but_manifests_is_read_once_each_and_two_listings_done()
    {
        for (var i = 0; i < 3; i++) await scene.BackUpAsync();
        var before = scene.Gate.Calls.Count;

        await new BackupCatalog(scene.Store).ListAsync(CancellationToken.None);

        scene.Gate.Calls.Skip(before).Select(c => c.Split('/')[^1]).ShouldBe(["store folders ", "", "manifest.json", "manifest.json", "manifest.json"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_removed_backup_whose_objects_others_use_is_what_remains_of_it()
    {
        var full = await scene.BackUpAsync();
        await WriteIncrementalAsync(full.Manifest, "BACKUP_2026_11_23_08_00_00");
        await scene.Objects.DeleteAsync([$"{full.Name}/manifest.json", $"{full.Name}/{full.Name}.meta"], CancellationToken.None);

        (await ListAsync()).Select(e => e.State).ShouldBe([BackupState.Remains, BackupState.Complete]);
    }

    [Fact]
    public async Task Own_and_shared_sizes_base_mode_and_pins_are_told()
    {
        var full = await scene.BackUpAsync();
        await WriteIncrementalAsync(full.Manifest, "BACKUP_2026_11_23_08_00_00");
        await PutAsync(".nebulakeep/pinned/BACKUP_2026_11_23_08_00_00.json", "{}");

        var entries = await ListAsync();

        entries.Select(e => e.Pinned).ShouldBe([false, true]);
        entries[1].ShouldSatisfyAllConditions(
            e => e.IsFull.ShouldBeFalse(),
            e => e.Mode.ShouldBe("share"),
            e => e.Base.ShouldBe(full.Name.Value),
            e => e.Chain.ShouldBe([full.Name.Value]),
            e => e.SharedBytes.ShouldBe(full.Manifest.Totals.Bytes),
            e => e.Totals!.OwnBytes.ShouldBe(0));
        entries[0].SharedBytes.ShouldBe(0);
    }

    [Fact]
    public async Task A_backup_in_detail_says_where_its_bytes_lie_and_who_uses_it()
    {
        var full = await scene.BackUpAsync();
        await WriteIncrementalAsync(full.Manifest, "BACKUP_2026_11_23_08_00_00");
        var catalog = new BackupCatalog(scene.Objects);

        (await catalog.DescribeAsync(full.Name, CancellationToken.None)).ShouldNotBeNull().UsedBy.ShouldBe(["BACKUP_2026_11_23_08_00_00"]);
        var second = (await catalog.DescribeAsync(BackupName.Parse("BACKUP_2026_11_23_08_00_00"), CancellationToken.None)).ShouldNotBeNull();

        second.Places.ShouldBe([new BackupPlace(full.Name.Value, full.Manifest.Totals.Files, full.Manifest.Totals.Bytes)]);
        second.Manifest.ShouldNotBeNull().Files.ShouldBeNull();
        (await catalog.DescribeAsync(BackupName.Parse("BACKUP_2020_01_01_00_00_00"), CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task Ten_thousand_backups_are_listed_with_a_few_reads_at_once()
    {
        const int count = 10_000;
        for (var i = 0; i < count; i++)
        {
            var name = BackupName.At(DateTimeOffset.UnixEpoch.AddYears(50).AddHours(i)).Value;
            await scene.Objects.PutAsync($"{name}/manifest.json", new MemoryStream(ManifestJson.Serialize(ManifestSamples.Empty with { Name = name })), PutCondition.CreateOnly, CancellationToken.None);
        }

        var slow = new CountingStore(scene.Objects);
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        var entries = await new BackupCatalog(slow).ListAsync(CancellationToken.None);

        entries.Count.ShouldBe(count);
        entries.Select(e => e.Name).ShouldBeInOrder();
        entries.ShouldAllBe(e => e.State == BackupState.Complete);
        slow.Calls.ShouldBe(count + 2);
        slow.MostAtOnce.ShouldBeLessThanOrEqualTo(16);
        System.Diagnostics.Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    async Task WriteIncrementalAsync(BackupManifest full, string name)
    {
        var manifest = full with { Name = name, Type = BackupType.Incremental, Mode = "share", Base = full.Name, Chain = [full.Name], Files = null };
        await new ManifestWriter(scene.Objects).WriteAsync(manifest, [.. full.Files!.Select(f => f with { In = full.Name })], CancellationToken.None);
    }

    Task<IReadOnlyList<CatalogEntry>> ListAsync() => new BackupCatalog(scene.Objects).ListAsync(CancellationToken.None);

    Task PutAsync(string key, string text) => scene.Objects.PutAsync(key, new MemoryStream(System.Text.Encoding.Latin1.GetBytes(text)), PutCondition.Overwrite, CancellationToken.None);

    async Task<string> TextAsync(string key)
    {
        await using var content = await scene.Objects.OpenReadAsync(key, null, CancellationToken.None);
        using var reader = new StreamReader(content, System.Text.Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }
}
