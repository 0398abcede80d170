using System.Diagnostics;
using NebulaKeep.ObjectStore.Memory;
using NebulaKeep.ObjectStore.Sealed;
using NebulaKeep.ObjectStore.Sealed.Root;
using NebulaKeep.Testing;

namespace NebulaKeep.ObjectStore.Tests.Sealed;

/// <summary>Objects that another program made by the page of the format (Golden/make.py): it says enough, and what it says stays true.</summary>
public sealed class GoldenTests
{
    const string Key = "BACKUP_2026_11_22_08_05_13/data/h:9779/data0/1/data/ü.sst";

    static string Folder => Path.Join(RepositoryRoot.Path, "test", "NebulaKeep.ObjectStore.Tests", "Sealed", "Golden");

    static RootFile Root => RootFileJson.Parse(Bytes("nebulakeep.json"), "here");

    public static TheoryData<string> Secrets => ["key file", "passphrase"];

    [Theory]
    [MemberData(nameof(Secrets))]
    public async Task A_root_and_its_objects_are_read(string kind)
    {
        var secret = kind == "passphrase" ? UnlockSecret.FromPassphrase("correct horse battery stäple\r\n") : UnlockSecret.FromKeyFile("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        var seal = RootKeys.Open(Root, secret)!.Seal;

        (await ReadAsync("sealed.bin", seal)).ShouldBe(Bytes("content.bin"));
        (await ReadAsync("encrypted.bin", seal with { Compression = ContentCompression.None })).ShouldBe(Bytes("content.bin"));
        (await ReadAsync("compressed.bin", seal with { Encryption = null })).ShouldBe(Bytes("content.bin"));
    }

    [Fact]
    public async Task What_is_only_compressed_is_read_by_zstds_own_tool()
    {
        await using var raw = new MemoryObjectStore(TimeProvider.System);
        var content = Enumerable.Range(0, 100).SelectMany(_ => Bytes("content.bin")).ToArray();
        await SealedStore.Wrap(raw, Seals.Compressed).PutAsync("k", new MemoryStream(content), PutCondition.Overwrite, default);
        using var folder = new TemporaryFolder();
        await using (var file = File.Create(Path.Join(folder.Path, "k.zst"))) await (await raw.OpenReadAsync("k", null, default)).CopyToAsync(file);

        using var zstd = Process.Start(new ProcessStartInfo("/usr/bin/zstd") { ArgumentList = { "-d", "-q", Path.Join(folder.Path, "k.zst") } })!;
        await zstd.WaitForExitAsync();

        zstd.ExitCode.ShouldBe(0);
        (await File.ReadAllBytesAsync(Path.Join(folder.Path, "k"))).ShouldBe(content);
    }

    static byte[] Bytes(string name) => File.ReadAllBytes(Path.Join(Folder, name));

    static async Task<byte[]> ReadAsync(string name, Seal seal)
    {
        await using var raw = new MemoryObjectStore(TimeProvider.System);
        await raw.PutAsync(Key, new MemoryStream(Bytes(name)), PutCondition.Overwrite, default);
        await using var content = await SealedStore.Wrap(raw, seal).OpenReadAsync(Key, null, default);
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        return copy.ToArray();
    }
}
