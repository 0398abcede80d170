using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Roots;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Sealed;
using NebulaKeep.ObjectStore.Sealed.Root;
using NebulaKeep.Operator.Restores;
using NebulaKeep.Testing.Stores.Gcs;

namespace NebulaKeep.Operator.Tests.Restores;

/// <summary>The look at a backup, over HTTP, with credentials out of a Secret.</summary>
public sealed class BackupLookerTests : IAsyncLifetime
{
    const string Name = "BACKUP_2026_11_22_08_05_13";
    readonly Dictionary<NamespacedName, JsonObject> secrets = [];
    readonly List<NamespacedName> asked = [];
    GcsEmulator google = null!;
    IObjectStore store = null!;

    public async ValueTask InitializeAsync()
    {
        google = await GcsEmulator.StartAsync();
        google.Buckets.Create("b");
        store = ObjectStores.Open(new StoreSettings { Uri = StoreUri.Parse("gs://b"), Gcs = google.Settings() }, NullLoggerFactory.Instance, TimeProvider.System);
        secrets[new NamespacedName("graph", "account")] = new JsonObject { ["data"] = new JsonObject { ["credentials"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(google.ServiceAccountJson + "\n")) } };
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await google.DisposeAsync();
    }

    [Fact]
    public async Task It_tells_the_clusters_spec_the_hosts_and_the_tables_and_keeps_no_other_file()
    {
        await WriteAsync();

        var backup = await LookAsync();

        backup.ClusterSpec!.Value.GetProperty("enableBR").GetBoolean().ShouldBeTrue();
        backup.Hosts.ShouldHaveSingleItem().Address.ShouldBe("old:9779");
        backup.Files.ShouldHaveSingleItem().Path.ShouldBe("meta/__spaces__.sst");
        asked.ShouldBe([new NamespacedName("graph", "account")], "the Secret in the namespace where the pods will be");
    }

    [Fact]
    public async Task An_object_that_is_missing_is_seen()
    {
        await WriteAsync();
        await store.DeleteAsync([$"{Name}/data/old:9779/data0/1/data/CURRENT"], CancellationToken.None);

        (await Should.ThrowAsync<RestoreRefusedException>(LookAsync)).Message.ShouldContain("data/CURRENT is missing");
    }

    [Fact]
    public async Task So_is_a_backup_that_is_not_there() =>
        (await Should.ThrowAsync<RestoreRefusedException>(LookAsync)).Message.ShouldContain($"holds no complete backup {Name}");

    [Fact]
    public async Task An_encrypted_root_is_refused_with_the_way_out()
    {
        await SealAsync(new RootWish(null, Encrypt: true), UnlockSecret.FromKeyFile(Convert.ToBase64String(new byte[32])));

        (await Should.ThrowAsync<RestoreRefusedException>(LookAsync)).Message.ShouldBe("gs://b is encrypted, and a NebulaRestore names no key. Make a cluster, and restore into it by 'br restore full' with the key.");
    }

    [Fact]
    public async Task A_compressed_one_is_read()
    {
        await SealAsync(new RootWish(ContentCompression.Zstd, Encrypt: false), null);
        await WriteAsync();

        (await LookAsync()).Files.ShouldHaveSingleItem();
    }

    async Task SealAsync(RootWish wish, UnlockSecret? secret) =>
        store = SealedStore.Wrap(store, (await new RootGate(store, TimeProvider.System).OpenForBackupAsync(wish, secret, CancellationToken.None))!);

    [Fact]
    public async Task Credentials_that_are_none_are_not_shown()
    {
        secrets[new NamespacedName("graph", "account")]["data"]!["credentials"] = Convert.ToBase64String("canary"u8);

        (await Should.ThrowAsync<NebulaKeepException>(LookAsync)).ToString().ShouldNotContain("canary");
    }

    Task<BackupContents> LookAsync()
    {
        var world = new RestoreWorld("metadata: {namespace: other}");
        world.Restore["spec"]!["config"] = new JsonObject { ["clusterName"] = "gone", ["clusterNamespace"] = "graph", ["backupName"] = Name, ["gs"] = new JsonObject { ["bucket"] = "b", ["secretName"] = "account", ["endpoint"] = google.Endpoint } };
        var looker = new BackupLooker((key, _) =>
        {
            asked.Add(key);
            return Task.FromResult(secrets.GetValueOrDefault(key));
        }, NullLoggerFactory.Instance, TimeProvider.System);
        return looker.LookAsync(new RestoreObject(world.Restore), CancellationToken.None);
    }

    async Task WriteAsync()
    {
        string[] paths = ["meta/__spaces__.sst", "data/old:9779/data0/1/data/CURRENT"];
        foreach (var path in paths) await store.PutAsync($"{Name}/{path}", new MemoryStream("x"u8.ToArray()), PutCondition.Overwrite, CancellationToken.None);
        var files = paths.Select(path => new ManifestFile { Path = path, Size = 1, Sha256 = new string('a', 64), Crc32C = "0badcafe", Inode = 1, MtimeNanos = 1 }).ToList();
        await new ManifestWriter(store).WriteAsync(Head, files, CancellationToken.None);
    }

    static BackupManifest Head => new()
    {
        FormatVersion = 1,
        Name = Name,
        Type = BackupType.Full,
        Cluster = new ManifestCluster(0, "0123456789abcdef", ["old:9559"]),
        CreatedBy = "test",
        Created = DateTimeOffset.UnixEpoch,
        Started = DateTimeOffset.UnixEpoch,
        Ended = DateTimeOffset.UnixEpoch,
        WritesBlocked = new ManifestBlocking(1),
        AllSpaces = true,
        Spaces = [new ManifestSpace(1, "people", 1, 1, "INT64", ["z"])],
        Hosts = [new ManifestHost("old:9779", "/srv", ["/srv/d"], [new ManifestCheckpoint(1, "data0", "/srv/d", [])])],
        ClusterSpec = JsonSerializer.SerializeToElement(new { enableBR = true }),
        Totals = new ManifestTotals(0, 0, 0, 0),
    };
}
