using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Backup.Tests.Restores;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Tests.Upstream;

/// <summary>Full backups of this program are backups of nebula-br: its rules give back every file as it was.</summary>
public sealed class UpstreamRestoreTests
{
    [Theory]
    [InlineData(1, "n")]
    [InlineData(3, "n")]
    [InlineData(1, "other")]
    public async Task Upstreams_rules_put_every_file_of_a_full_backup_back_as_it_was(int metads, string target)
    {
        var scene = new Scene(metads);
        var before = Storage(scene.Cluster);
        var tables = scene.Cluster.Metads.First().Disk.Text("/srv/n1/data/meta/nebula/0/data/db");
        var backup = await scene.BackUpAsync();
        scene.Cluster.Fill("later");
        var cluster = target == "n" ? scene.Cluster : new FakeCluster(scene.Objects, new Gate(), metads, target);

        var layout = await LayOutAsync(scene.Objects, backup.Name.Value, cluster);

        var storage = layout.Files.Where(f => f.Key.Contains("/nebula/", StringComparison.Ordinal)).ToDictionary(f => f.Key.Replace($"/srv/{target}", "/srv/n", StringComparison.Ordinal), f => f.Value);
        storage.Keys.ShouldBe(before.Keys, ignoreOrder: true);
        foreach (var (path, content) in before) storage[path].ShouldBe(content, path);
        layout.Tables.Count.ShouldBe(3);
        foreach (var metad in cluster.Metads) System.Text.Encoding.UTF8.GetString(layout.Files[$"{metad.MetaPath}/__spaces__.sst"]).ShouldBe(tables);
        layout.Files.Count.ShouldBe(before.Count + (3 * metads), "nothing else: no manifest, nothing of ours");
        layout.Pairs.ShouldBe(Enumerable.Range(1, 3).Select(i => ($"n{i}:9779", $"{target}{i}:9779")));
    }

    [Fact]
    public async Task The_rules_give_back_what_the_real_nebula_br_stored()
    {
        using var golden = await GoldenBackup.UnpackAsync();
        UpstreamHost[] hosts = [new("127.0.1.1", 9779, ["/d1"]), new("127.0.1.2", 9779, ["/d2", "/d2b"]), new("127.0.1.3", 9779, ["/d3"])];

        var layout = await new UpstreamRestore(golden.Store).LayOutAsync("BACKUP_2026_11_22_10_11_11", ["/m"], hosts);

        layout.Tables.Count.ShouldBe(14);
        layout.Files.Count.ShouldBe(167);
        layout.Files.Keys.ShouldContain("/d2b/nebula/1/data/CURRENT");
        layout.Files.Keys.ShouldContain("/d3/nebula/3/data/CURRENT");
    }

    [Fact]
    public async Task A_cluster_of_another_shape_is_refused_as_upstream_does()
    {
        var scene = new Scene();
        var backup = await scene.BackUpAsync();

        await Should.ThrowAsync<InvalidOperationException>(() => new UpstreamRestore(scene.Objects).LayOutAsync(backup.Name.Value, ["/m"], [new("n1", 9779, ["/a"])]));
    }

    static Task<UpstreamLayout> LayOutAsync(IObjectStore store, string name, FakeCluster cluster) =>
        new UpstreamRestore(store).LayOutAsync(name, [.. cluster.Metads.Select(m => m.MetaPath)], [.. cluster.Storageds.Select(s => new UpstreamHost(s.Name, 9779, s.DataPaths))]);

    static Dictionary<string, byte[]> Storage(FakeCluster cluster) =>
        cluster.Storageds.SelectMany(h => h.DataPaths.SelectMany(p => h.Disk.Below($"{p}/nebula"))).ToDictionary(f => f.Key, f => f.Value);
}
