using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Backup.Tests.Restores;
using NebulaKeep.Backup.Verification;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Sealed;
using NebulaKeep.Testing;

namespace NebulaKeep.Backup.Tests.Verification;

/// <summary>Files of real servers, as nebula-br stored them and as this program would.</summary>
public sealed class DeepVerificationTests : IDisposable
{
    const string Engine = "data/127.0.1.2:9779/data1/1";
    readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Backups_of_the_real_nebula_br_pass()
    {
        using var golden = await GoldenBackup.UnpackAsync();
        foreach (var name in new[] { GoldenCopy.First, GoldenCopy.Second })
        {
            var report = await VerifyAsync(golden.Store, name);

            report.Findings.ShouldBeEmpty();
            report.ObjectsRead.ShouldBe(report.Objects);
            report.BytesRead.ShouldBe(report.Bytes);
            report.Deep.ShouldBe(new DeepFigures(Tables: name == GoldenCopy.First ? 14 : 16, Databases: 9, Entries: name == GoldenCopy.First ? 51261 : 75354, Logs: 36, Partitions: 16));
            report.Notes.ShouldContain(n => n.Contains("not their contents", StringComparison.Ordinal));
        }

        NothingIsLeft();
    }

    [Fact]
    public async Task Own_backups_pass_full_and_incremental_without_a_note()
    {
        using var golden = await GoldenBackup.UnpackAsync();
        var copy = new GoldenCopy();
        var first = await copy.AddAsync(golden, GoldenCopy.First);
        var second = await copy.AddAsync(golden, GoldenCopy.Second, origin: first);
        second.Totals.OwnFiles.ShouldBeLessThan(second.Totals.Files);

        foreach (var name in new[] { GoldenCopy.First, GoldenCopy.Second })
        {
            var report = await VerifyAsync(copy.Store, name);

            report.Findings.ShouldBeEmpty();
            report.Notes.ShouldBe(["The manifest does not know its .meta, which nebula-br would need."]);
            report.ObjectsRead.ShouldBe(report.Objects);
        }
    }

    [Fact]
    public async Task Own_backups_pass_in_a_sealed_root_and_a_flipped_bit_there_is_found()
    {
        using var golden = await GoldenBackup.UnpackAsync();
        var copy = new GoldenCopy(new Seal(ContentCompression.Zstd, new SealEncryption(new Secret(Convert.ToBase64String(new byte[32])), SealEncryption.DefaultChunkBytes)));
        await copy.AddAsync(golden, GoldenCopy.First);

        var report = await VerifyAsync(copy.Store, GoldenCopy.First);

        report.Findings.ShouldBeEmpty();
        report.Deep!.Databases.ShouldBe(9);
        (report.ObjectsRead, report.BytesRead).ShouldBe((report.Objects, report.Bytes));

        var victim = (await copy.Raw.ObjectsAsync($"{GoldenCopy.First}/{Engine}/data/")).First(o => o.Key.EndsWith(".sst", StringComparison.Ordinal)).Key;
        await copy.Raw.PutAsync(victim, new MemoryStream(Flip(await copy.Raw.BytesAsync(victim), 50)), PutCondition.Overwrite, CancellationToken.None);
        (await VerifyAsync(copy.Store, GoldenCopy.First)).Findings.ShouldContain(f => f.Key == victim);
        NothingIsLeft();
    }

    [Fact]
    public async Task What_was_broken_before_it_was_stored_passes_checksums_and_is_found_by_looking_into_it()
    {
        using var golden = await GoldenBackup.UnpackAsync();
        var copy = new GoldenCopy();
        var first = await copy.AddAsync(golden, GoldenCopy.First, (path, bytes) => path switch
        {
            $"{Engine}/data/CURRENT" => "MANIFEST-000001\n"u8.ToArray(),
            "data/127.0.1.1:9779/data0/1/wal/1/0000000000000000027.wal" => null,
            "data/127.0.1.3:9779/data0/1/wal/1/0000000000000000001.wal" => bytes[..^5],
            _ when path.StartsWith("data/127.0.1.1:9779/data0/2/data/", StringComparison.Ordinal) && path.EndsWith(".sst", StringComparison.Ordinal) => Flip(bytes, 1000),
            "meta/__users__.sst" => Flip(bytes, 20),
            _ => bytes,
        });
        await copy.AddAsync(golden, GoldenCopy.Second, origin: first);
        (await VerifyAsync(copy.Store, GoldenCopy.First, VerifyLevel.Checksum)).IsWhole.ShouldBeTrue();

        var found = (await VerifyAsync(copy.Store, GoldenCopy.First)).Findings;

        found.Select(f => f.Key[(GoldenCopy.First.Value.Length + 1)..]).ShouldBe(
        [
            "data/127.0.1.1:9779/data0/1/wal/1",
            found.Single(f => f.Key.EndsWith(".sst", StringComparison.Ordinal) && f.Key.Contains("/data/1", StringComparison.Ordinal)).Key[(GoldenCopy.First.Value.Length + 1)..],
            $"{Engine}/data",
            "data/127.0.1.3:9779/data0/1/wal/1/0000000000000000001.wal",
            "meta/__users__.sst",
        ]);
        found.ShouldAllBe(f => f.Kind == FindingKind.Unusable);
        NothingIsLeft();
    }

    [Theory]
    [InlineData("cut log")]
    [InlineData("gap")]
    [InlineData("missing table")]
    [InlineData("changed table")]
    [InlineData("changed database")]
    [InlineData("missing database file")]
    [InlineData("swapped checkpoints")]
    public async Task Damage_to_a_backup_of_nebula_br_is_found_although_it_lists_nothing(string damage)
    {
        using var golden = await GoldenBackup.UnpackAsync();
        var (store, name) = (golden.Store, GoldenCopy.Second);
        var sst = (await store.ObjectsAsync($"{name}/{Engine}/data/")).First(o => o.Key.EndsWith(".sst", StringComparison.Ordinal)).Key;
        var logs = (await store.ObjectsAsync($"{name}/data/127.0.1.1:9779/data0/1/wal/1/")).Select(o => o.Key).Order(StringComparer.Ordinal).ToList();
        string[] expected = damage switch
        {
            "cut log" => [await ChangeAsync(store, logs[^1], bytes => bytes[..^3])],
            "gap" => [await RemoveAsync(store, logs[1], logs[0][..logs[0].LastIndexOf('/')])],
            "missing table" => [await RemoveAsync(store, $"{name}/meta/__parts__.sst", $"{name}/meta/__parts__.sst")],
            "changed table" => [await ChangeAsync(store, $"{name}/meta/__spaces__.sst", bytes => Flip(bytes, 30))],
            "changed database" => [await ChangeAsync(store, sst, bytes => Flip(bytes, bytes.Length / 3))],
            "missing database file" => [await RemoveAsync(store, sst, sst)],
            _ => await SwapAsync(store, $"{name}/data/127.0.1.1:9779/data0", "1", "2"),
        };

        var found = (await VerifyAsync(store, name)).Findings;

        found.Select(f => f.Key).Distinct().ShouldBe(expected, ignoreOrder: true);
        NothingIsLeft();
    }

    [Fact]
    public async Task An_interruption_leaves_nothing_in_the_scratch_folder()
    {
        using var golden = await GoldenBackup.UnpackAsync();
        using var source = new CancellationTokenSource();
        var observer = new RecordingObserver { OnStep = step => { if (step.Contains("space 1", StringComparison.Ordinal)) source.Cancel(); } };

        await Should.ThrowAsync<OperationCanceledException>(() => VerifyAsync(golden.Store, GoldenCopy.First, observer: observer, cancellationToken: source.Token));

        NothingIsLeft();
    }

    [Fact]
    public async Task A_scratch_folder_that_cannot_be_used_is_said_so()
    {
        using var golden = await GoldenBackup.UnpackAsync();
        await File.WriteAllTextAsync(Path.Combine(scratch.Path, "file"), "");

        (await Should.ThrowAsync<NebulaKeepException>(() => VerifyAsync(golden.Store, GoldenCopy.First, folder: Path.Combine(scratch.Path, "file")))).Message.ShouldContain("--scratch");
    }

    void NothingIsLeft() => Directory.EnumerateFileSystemEntries(scratch.Path).ShouldBeEmpty();

    Task<VerifyReport> VerifyAsync(IObjectStore store, BackupName name, VerifyLevel level = VerifyLevel.Deep, RecordingObserver? observer = null, string? folder = null, CancellationToken cancellationToken = default) =>
        new BackupVerifier(store, TimeProvider.System, new Random(3), observer ?? new RecordingObserver()).RunAsync(new VerifyRequest { Name = name, Level = level, Scratch = folder ?? scratch.Path }, cancellationToken);

    static byte[] Flip(byte[] bytes, int position)
    {
        var changed = bytes.ToArray();
        changed[position] ^= 8;
        return changed;
    }

    static async Task<string> ChangeAsync(IObjectStore store, string key, Func<byte[], byte[]> change)
    {
        await store.ReplaceAsync(key, change(await store.BytesAsync(key)));
        return key;
    }

    static async Task<string> RemoveAsync(IObjectStore store, string key, string found)
    {
        await store.RemoveAsync(key);
        return found;
    }

    /// <summary>
    /// Exchanges the checkpoints of two spaces of a host, each whole. The partitions of the first are missing in its place then; the
    /// second, which has fewer, finds partitions of its numbers.
    /// </summary>
    static async Task<string[]> SwapAsync(IObjectStore store, string folder, string one, string other)
    {
        var all = new List<(string Key, byte[] Bytes)>();
        foreach (var (from, to) in new[] { (one, other), (other, one) })
            foreach (var file in await store.ObjectsAsync($"{folder}/{from}/"))
                all.Add(($"{folder}/{to}{file.Key[($"{folder}/{from}".Length)..]}", await store.BytesAsync(file.Key)));
        foreach (var file in (await store.ObjectsAsync($"{folder}/")).Where(f => f.Key.StartsWith($"{folder}/{one}/", StringComparison.Ordinal) || f.Key.StartsWith($"{folder}/{other}/", StringComparison.Ordinal))) await store.RemoveAsync(file.Key);
        foreach (var (key, bytes) in all) await store.ReplaceAsync(key, bytes);
        return [$"{folder}/{one}"];
    }
}
