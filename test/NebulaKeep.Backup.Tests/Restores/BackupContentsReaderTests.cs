using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore.Memory;

namespace NebulaKeep.Backup.Tests.Restores;

public sealed class BackupContentsReaderTests
{
    static readonly BackupName Name = BackupName.Parse("BACKUP_2026_11_22_08_05_13");
    readonly MemoryObjectStore store = new(TimeProvider.System);

    BackupContentsReader Reader => new(store);

    [Theory]
    [InlineData(ManifestWriter.InlineLimit)]
    [InlineData(1)]
    public async Task An_overview_keeps_the_tables_alone_and_a_part_what_lies_below_its_prefix(int inlineLimit)
    {
        await WriteAsync(inlineLimit);

        (await Reader.ReadOverviewAsync(Name, CancellationToken.None)).Files.Select(file => file.Path).ShouldBe(["meta/__spaces__.sst"]);
        (await Reader.ReadPartAsync(Name, ["data/n1:9779/"], CancellationToken.None)).Files.Count.ShouldBe(5);
        (await Reader.ReadPartAsync(Name, [], CancellationToken.None)).Files.ShouldBeEmpty();
        (await Reader.ReadAsync(Name, CancellationToken.None)).Files.Count.ShouldBe(6);
    }

    /// <summary>Whatever goes missing or changes its size: an overview names what a whole read names, and a part what is its own.</summary>
    [Fact]
    public void What_is_wrong_is_found_without_keeping_the_list()
    {
        var faults = from count in Gen.Choose(1, 3) from which in Gen.Choose(0, 5).ListOf(count) from missing in Gen.Elements(true, false) select (which.Distinct().ToList(), missing);
        Prop.ForAll(faults.ToArbitrary(), fault => HoldsAsync(fault.Item1, fault.missing).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    static async Task<bool> HoldsAsync(List<int> which, bool missing)
    {
        var scene = new BackupContentsReaderTests();
        var files = (await scene.WriteAsync(1)).Files!.Select(file => file.Path).Order(StringComparer.Ordinal).ToList();
        foreach (var path in which.Select(i => files[i]))
        {
            await scene.store.DeleteAsync([$"{Name}/{path}"], CancellationToken.None);
            if (!missing) await scene.store.PutAsync($"{Name}/{path}", new MemoryStream(new byte[999]), ObjectStore.PutCondition.Overwrite, CancellationToken.None);
        }

        var whole = await Refused(scene.Reader.ReadAsync(Name, CancellationToken.None));
        var overview = await Refused(scene.Reader.ReadOverviewAsync(Name, CancellationToken.None));
        var part = await Refused(scene.Reader.ReadPartAsync(Name, ["data/"], CancellationToken.None));
        return whole is not null && whole == overview && which.TrueForAll(i => whole.Contains($"{Name}/{files[i]} {(missing ? "is missing" : "has 999 bytes")}", StringComparison.Ordinal))
            && part is null == which.TrueForAll(i => files[i].StartsWith("meta/", StringComparison.Ordinal));
    }

    static async Task<string?> Refused(Task<BackupContents> read)
    {
        try
        {
            await read;
            return null;
        }
        catch (RestoreRefusedException refused)
        {
            return refused.Message;
        }
    }

    async Task<BackupManifest> WriteAsync(int inlineLimit) =>
        (await new WrittenBackups(store, inlineLimit).WriteAsync(Name, WrittenBackups.Contents(new Random(1), 6)))!;
}
