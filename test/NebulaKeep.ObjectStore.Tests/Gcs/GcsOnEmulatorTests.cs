using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.ObjectStore.Gcs;
using NebulaKeep.Testing.Stores.Gcs;

namespace NebulaKeep.ObjectStore.Tests.Gcs;

/// <summary>The contract on Google Cloud Storage's protocol, as users get the store.</summary>
public sealed class GcsOnEmulatorTests : ObjectStoreContract
{
    GcsEmulator server = null!;

    protected override async Task<IObjectStore> OpenAsync()
    {
        server = await GcsEmulator.StartAsync();
        server.Buckets.Create("contract");
        return ObjectStores.Open(new StoreSettings { Uri = StoreUri.Parse("gs://contract/some/prefix"), Gcs = server.Settings() }, NullLoggerFactory.Instance, TimeProvider.System);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DisposeAsync();
    }

    protected override Task ShouldHoldNoDebrisAsync()
    {
        server.Uploads.Count.ShouldBe(0);
        return Task.CompletedTask;
    }
}
