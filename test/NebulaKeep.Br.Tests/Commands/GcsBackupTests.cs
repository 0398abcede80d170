using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.ObjectStore;
using NebulaKeep.Testing;
using NebulaKeep.Testing.Stores.Gcs;

namespace NebulaKeep.Br.Tests.Commands;

/// <summary>Whole runs of br with a bucket of Google Cloud Storage, opened as its flags say.</summary>
public sealed class GcsBackupTests : IAsyncLifetime
{
    const string Name = "BACKUP_2026_11_22_08_00_00";
    readonly TemporaryFolder folder = new();
    readonly TestBr br = new() { RealStore = Open };
    GcsEmulator google = null!;
    IObjectStore agents = null!;
    string[] where = [];

    string[] Cluster => ["--meta", "n1:9559", .. where];

    public async ValueTask InitializeAsync()
    {
        google = await GcsEmulator.StartAsync();
        where = ["--storage", "gs://bucket/nebula", "--gs.endpoint", google.Endpoint, "--gs.credentials", folder.Write("key.json", google.ServiceAccountJson)];
        agents = Open(new StoreSettings { Uri = StoreUri.Parse("gs://bucket/nebula"), Gcs = google.Settings() });
        br.Scene.Cluster.Store = agents;
    }

    public async ValueTask DisposeAsync()
    {
        await agents.DisposeAsync();
        await google.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_backup_is_made_shown_proven_restored_and_removed()
    {
        google.Buckets.Create("bucket");
        var before = br.Scene.Cluster.Data;

        (await br.RunAsync(["backup", "full", .. Cluster])).ShouldBe(0, br.Error.ToString());
        google.Buckets.All("bucket").ShouldContain(entry => entry.Name == $"nebula/{Name}/manifest.json");
        (await br.RunAsync(["show", .. where])).ShouldBe(0, br.Error.ToString());
        br.Out.ToString().ShouldContain(Name);
        (await br.RunAsync(["verify", .. where, "--name", Name, "--level", "checksum"])).ShouldBe(0, br.Error.ToString());

        br.Scene.Cluster.Fill("v2");
        (await br.RunAsync(["restore", "full", .. Cluster, "--name", Name])).ShouldBe(0, br.Error.ToString());
        br.Scene.Cluster.Data.ShouldBe(before);

        (await br.RunAsync(["cleanup", .. Cluster, "--name", Name, "--force"])).ShouldBe(0, br.Error.ToString());
        google.Buckets.All("bucket").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_bucket_that_does_not_exist_is_named_before_writes_are_blocked()
    {
        (await br.RunAsync(["backup", "full", .. Cluster])).ShouldBe(1);

        br.Error.ToString().ShouldContain("the bucket does not exist");
        br.Scene.Cluster.WritesOpen.ShouldBeTrue();
        br.Scene.Cluster.MetaService.Snapshots.ShouldBeEmpty();
    }

    static IObjectStore Open(StoreSettings settings) => ObjectStores.Open(settings, NullLoggerFactory.Instance, TimeProvider.System);
}
