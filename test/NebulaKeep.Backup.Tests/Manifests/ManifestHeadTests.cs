using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Memory;

namespace NebulaKeep.Backup.Tests.Manifests;

public sealed class ManifestHeadTests
{
    static readonly BackupName Name = BackupName.Parse(ManifestSamples.Name);
    readonly MemoryObjectStore store = new(TimeProvider.System);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5000)]
    public async Task A_head_is_the_manifest_without_its_files(int files)
    {
        var manifest = await WriteAsync(files);

        var head = await new ManifestReader(store).ReadHeadAsync(Name, CancellationToken.None);

        ManifestJson.Serialize(head.ShouldNotBeNull() with { Files = [] }).ShouldBe(ManifestJson.Serialize(manifest with { Files = [] }));
        head.Files.ShouldBeNull();
    }

    [Fact]
    public async Task Only_the_beginning_of_a_long_manifest_is_read()
    {
        var bytes = ManifestJson.Serialize(ManifestSamples.With(Files(20_000)));
        using var content = new MemoryStream(bytes);

        await ManifestHead.ReadAsync(content, Name, CancellationToken.None);

        content.Position.ShouldBe(64 * 1024);
        bytes.Length.ShouldBeGreaterThan(4_000_000);
    }

    [Fact]
    public async Task A_head_that_is_longer_than_the_first_piece_is_read_on()
    {
        var manifest = ManifestSamples.With(Files(3000)) with { CreatedBy = new string('x', 300_000) };

        (await ManifestHead.ReadAsync(new MemoryStream(ManifestJson.Serialize(manifest)), Name, CancellationToken.None)).CreatedBy.Length.ShouldBe(300_000);
    }

    [Fact]
    public async Task A_head_without_end_is_refused()
    {
        var endless = new MemoryStream([.. "{\"formatVersion\": 1, \"createdBy\": \""u8, .. new byte[ManifestJson.MaxBytes].Select(_ => (byte)'x')]);

        (await Should.ThrowAsync<ManifestException>(() => ManifestHead.ReadAsync(endless, Name, CancellationToken.None))).Message.ShouldContain("more than");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("no json")]
    [InlineData("""{"files": []""")]
    public async Task What_is_no_manifest_is_refused(string text)
    {
        var padded = System.Text.Encoding.UTF8.GetBytes(text);
        await Should.ThrowAsync<ManifestException>(() => ManifestHead.ReadAsync(new MemoryStream(padded), Name, CancellationToken.None));
        await Should.ThrowAsync<ManifestException>(() => ManifestHead.ReadAsync(new MemoryStream([.. padded, .. new byte[100_000]]), Name, CancellationToken.None));
    }

    [Fact]
    public async Task Where_there_is_none_there_is_no_head() =>
        (await new ManifestReader(store).ReadHeadAsync(Name, CancellationToken.None)).ShouldBeNull();

    static ManifestFile[] Files(int count) => [.. Enumerable.Range(0, count).Select(i => ManifestSamples.File($"data/n1:9779/data0/1/data/{i:000000}.sst", i))];

    Task<BackupManifest> WriteAsync(int files) => new ManifestWriter(store).WriteAsync(ManifestSamples.Empty with { Files = null }, Files(files), CancellationToken.None);
}
