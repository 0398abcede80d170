using System.IO.Compression;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Memory;

namespace NebulaKeep.Backup.Tests.Manifests;

public sealed class ManifestPartsTests
{
    static readonly BackupName Name = BackupName.Parse(ManifestSamples.Name);
    readonly MemoryObjectStore store = new(TimeProvider.System);
    readonly ManifestFile[] files = [.. Enumerable.Range(0, 50).Select(i => ManifestSamples.File($"data/n{i % 3}:9779/data0/1/data/{i:000000}.sst", i)), ManifestSamples.File("meta/__index__.sst")];

    [Fact]
    public async Task Few_files_are_listed_in_the_manifest_itself()
    {
        await new ManifestWriter(store, inlineLimit: 51).WriteAsync(ManifestSamples.Empty with { Files = null }, files, CancellationToken.None);

        (await KeysAsync()).ShouldBe([$"{Name}/manifest.json"]);
        (await ReadAsync()).ShouldBe(files.OrderBy(f => f.Path, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Many_files_are_listed_in_one_part_a_host_and_come_back_the_same()
    {
        var manifest = await new ManifestWriter(store, inlineLimit: 50).WriteAsync(ManifestSamples.Empty with { Files = null }, files, CancellationToken.None);

        manifest.Parts!.Select(p => p.Path).ShouldBe(["manifest/meta.jsonl.gz", "manifest/n0:9779.jsonl.gz", "manifest/n1:9779.jsonl.gz", "manifest/n2:9779.jsonl.gz"]);
        (await ReadAsync()).OrderBy(f => f.Path, StringComparer.Ordinal).ShouldBe(files.OrderBy(f => f.Path, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_manifest_is_never_written_over_another()
    {
        await new ManifestWriter(store).WriteAsync(ManifestSamples.Empty with { Files = null }, files, CancellationToken.None);

        var failure = await Should.ThrowAsync<ObjectStoreException>(() => new ManifestWriter(store).WriteAsync(ManifestSamples.Empty with { Files = null }, files, CancellationToken.None));

        failure.Failure.ShouldBe(StoreFailure.AlreadyExists);
    }

    [Fact]
    public async Task A_missing_part_is_noticed()
    {
        await InPartsAsync();
        await store.DeleteAsync([$"{Name}/manifest/n1:9779.jsonl.gz"], CancellationToken.None);

        (await Should.ThrowAsync<ManifestException>(ReadAsync)).Message.ShouldContain("n1:9779.jsonl.gz is missing");
    }

    [Fact]
    public async Task A_changed_byte_anywhere_in_a_part_is_noticed()
    {
        await InPartsAsync();
        var key = $"{Name}/manifest/n1:9779.jsonl.gz";
        var bytes = await BytesAsync(key);
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 0x10;
            await ReplaceAsync(key, changed);
            await Should.ThrowAsync<ManifestException>(ReadAsync, $"byte {i}");
        }
    }

    [Fact]
    public async Task A_cut_part_is_noticed()
    {
        await InPartsAsync();
        var key = $"{Name}/manifest/n1:9779.jsonl.gz";
        var bytes = await BytesAsync(key);
        for (var length = 0; length < bytes.Length; length += 7)
        {
            await ReplaceAsync(key, bytes[..length]);
            await Should.ThrowAsync<ManifestException>(ReadAsync, $"{length} bytes");
        }
    }

    [Fact]
    public async Task A_line_without_end_takes_no_memory()
    {
        await InPartsAsync();
        using var bomb = new MemoryStream();
        await using (var zip = new GZipStream(bomb, CompressionLevel.Optimal, leaveOpen: true)) await zip.WriteAsync(new byte[50_000_000]);
        await ReplaceAsync($"{Name}/manifest/n1:9779.jsonl.gz", bomb.ToArray());

        (await Should.ThrowAsync<ManifestException>(ReadAsync)).Message.ShouldContain("a line of more than");
    }

    [Fact]
    public async Task A_manifest_that_is_too_large_is_not_read()
    {
        await ReplaceAsync($"{Name}/manifest.json", new byte[ManifestJson.MaxBytes + 1]);

        (await Should.ThrowAsync<ManifestException>(ReadAsync)).Message.ShouldContain("at most");
    }

    async Task InPartsAsync() => await new ManifestWriter(store, inlineLimit: 0).WriteAsync(ManifestSamples.Empty with { Files = null }, files, CancellationToken.None);

    async Task<List<ManifestFile>> ReadAsync()
    {
        var reader = new ManifestReader(store);
        var manifest = (await reader.ReadAsync(Name, CancellationToken.None)).ShouldNotBeNull();
        return await reader.ReadFilesAsync(manifest, CancellationToken.None).ToListAsync();
    }

    async Task<IReadOnlyList<string>> KeysAsync() => await store.ListAsync("", CancellationToken.None).Select(o => o.Key).ToListAsync();

    async Task<byte[]> BytesAsync(string key)
    {
        await using var content = await store.OpenReadAsync(key, null, CancellationToken.None);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    Task ReplaceAsync(string key, byte[] bytes) => store.PutAsync(key, new MemoryStream(bytes), PutCondition.Overwrite, CancellationToken.None);
}
