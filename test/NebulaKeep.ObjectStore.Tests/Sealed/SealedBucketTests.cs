using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.ObjectStore.Sealed;
using NebulaKeep.Testing.Stores.Gcs;

namespace NebulaKeep.ObjectStore.Tests.Sealed;

/// <summary>A bucket through a seal: uploads in pieces, whose sizes follow from what a content says of its length.</summary>
public sealed class SealedBucketTests : SealedContract
{
    GcsEmulator server = null!;

    protected override long LargeBytes => 50_000_000;

    protected override int ManyObjects => 300;

    private protected override Seal Seal { get; } = Seals.Encrypted(ContentCompression.Zstd, SealEncryption.DefaultChunkBytes);

    protected override async Task<IObjectStore> OpenAsync()
    {
        server = await GcsEmulator.StartAsync();
        server.Buckets.Create("contract");
        return await base.OpenAsync();
    }

    protected override IObjectStore OpenInner() =>
        ObjectStores.Open(new StoreSettings { Uri = StoreUri.Parse("gs://contract/sealed"), Gcs = server.Settings() }, NullLoggerFactory.Instance, TimeProvider.System);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(20_000_000)]
    public async Task Noise_of_a_known_length_that_grows_a_little_arrives_whole(int length)
    {
        var noise = new byte[length];
        new Random(1).NextBytes(noise);

        (await Store.PutAsync("noise", new MemoryStream(noise), PutCondition.CreateOnly, default)).Size.ShouldBe(length);

        await using var content = await Store.OpenReadAsync("noise", null, default);
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        copy.ToArray().AsSpan().SequenceEqual(noise).ShouldBeTrue();
    }

    protected override Task ShouldHoldNoDebrisAsync()
    {
        server.Uploads.Count.ShouldBe(0);
        return Task.CompletedTask;
    }
}
