using NebulaKeep.Core;
using NebulaKeep.DevCluster.Meta.Service;
using NebulaKeep.DevCluster.Tests.Cluster;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Tests.Meta;

/// <summary>restoreMeta with tables of real servers and with broken ones (observed with NebulaGraph 3.8.0).</summary>
public sealed class RestoreMetaTests
{
    [Fact]
    public async Task The_answer_is_bare_and_the_files_are_gone()
    {
        var golden = new GoldenFiles(GoldenGraph.First);
        await using var scene = await MetaScene.StartAsync();
        var files = golden.PlaceTables(scene.DataPath());

        var answer = await RestoreAsync(scene, files, Same(golden.Hosts));

        (answer.Code, answer.Leader, answer.PartHosts?.Count ?? 0).ShouldBe((ErrorCode.SUCCEEDED, HostAddr.Empty, 0));
        files.ShouldAllBe(file => !File.Exists(file));
    }

    [Fact]
    public async Task Pairs_of_equal_hosts_change_nothing()
    {
        var golden = new GoldenFiles(GoldenGraph.First);
        await using var scene = await MetaScene.StartAsync();

        await RestoreAsync(scene, golden.PlaceTables(scene.DataPath()), Same(golden.Hosts));

        (await PeersAsync(scene, 1)).ShouldBe(golden.Hosts);
        (await ZonesAsync(scene)).ShouldBe(golden.Hosts.Select(HostHandler.ZoneOf));
    }

    [Fact]
    public async Task Hosts_can_change_places()
    {
        var golden = new GoldenFiles(GoldenGraph.First);
        await using var scene = await MetaScene.StartAsync();
        var (n1, n2, n3) = (golden.Hosts[0], golden.Hosts[1], golden.Hosts[2]);

        await RestoreAsync(scene, golden.PlaceTables(scene.DataPath()), [Pair(n1, n2), Pair(n2, n1), Pair(n3, n3)]);

        var real = golden.Meta.SpaceBackups[2].HostBackups.ToDictionary(h => h.Host.ToAddress(), h => h.Checkpoints.SelectMany(c => c.Parts.Keys).Order().ToList());
        var parts = (await scene.CallAsync(MetaService.GetPartsAlloc, new GetPartsAllocReq { SpaceId = 2 })).Parts;
        foreach (var (was, now) in new[] { (n1, n2), (n2, n1), (n3, n3) })
            parts.Where(p => p.Value.Single().ToAddress() == now).Select(p => p.Key).Order().ShouldBe(real[was]);
        (await ZonesAsync(scene)).ShouldBe(golden.Hosts.Select(HostHandler.ZoneOf));
        var space = (await scene.CallAsync(MetaService.GetSpace, new GetSpaceReq { SpaceName = "golden_b" })).Item.Properties;
        space.ZoneNames.Order().ShouldBe(golden.Hosts.Select(HostHandler.ZoneOf));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    [InlineData("cut")]
    [InlineData("none")]
    public async Task Broken_files_are_refused_and_a_live_metad_is_unharmed(string fault)
    {
        var golden = new GoldenFiles(GoldenGraph.First);
        await using var scene = await MetaScene.WithSpacesAsync();
        var files = golden.PlaceTables(scene.DataPath());
        var broken = files.First(file => file.EndsWith("__spaces__.sst"));
        if (fault == "missing") File.Delete(broken);
        if (fault == "empty") File.WriteAllBytes(broken, []);
        if (fault == "cut") File.WriteAllBytes(broken, File.ReadAllBytes(broken)[..500]);

        (await RestoreAsync(scene, fault == "none" ? [] : files, [])).Code.ShouldBe(ErrorCode.E_RESTORE_FAILURE);

        (await scene.CallAsync(MetaService.ListSpaces, new ListSpacesReq())).Spaces.Select(s => s.Name).ShouldBe(["a", "b", "c"], ignoreOrder: true);
        (await scene.BackUpAsync()).Code.ShouldBe(ErrorCode.SUCCEEDED);
        files.Where(file => file != broken).ShouldAllBe(file => File.Exists(file), "files stay when nothing was taken in");
    }

    [Fact]
    public async Task Every_metad_has_its_own_id_before_and_after()
    {
        var golden = new GoldenFiles(GoldenGraph.First);
        await using var one = await MetaScene.StartAsync();
        await using var other = await MetaScene.StartAsync();
        await one.RegisterAsync(1);
        await other.RegisterAsync(1);
        var id = (await one.BeatAsync(1)).ClusterId;

        id.ShouldNotBe((await other.BeatAsync(1)).ClusterId);
        await RestoreAsync(one, golden.PlaceTables(one.DataPath()), []);
        (await one.BeatAsync(1)).ClusterId.ShouldBe(id, "the id is not in a backup");
    }

    [Fact]
    public async Task Restoring_tables_with_a_stray_name_shows_the_name_without_a_space()
    {
        await using var scene = await MetaScene.WithSpacesAsync();
        var (backup, go) = await scene.HeldBackupAsync();
        await scene.CreateSpaceAsync("late", replicas: 1);
        go.SetResult();
        var files = (await backup).Meta.MetaFiles;
        await using var fresh = await MetaScene.StartAsync();

        (await RestoreAsync(fresh, files, [])).Code.ShouldBe(ErrorCode.SUCCEEDED);

        (await fresh.CallAsync(MetaService.ListSpaces, new ListSpacesReq())).Spaces.Select(s => s.Name).ShouldBe(["a", "b", "c"], ignoreOrder: true);
        (await fresh.CallAsync(MetaService.CreateSpace, new CreateSpaceReq { Properties = new SpaceDesc { SpaceName = "late" } })).Code.ShouldBe(ErrorCode.E_EXISTED);
    }

    static Task<RestoreMetaResp> RestoreAsync(MetaScene scene, IReadOnlyList<string> files, IReadOnlyList<HostPair> pairs) =>
        scene.CallAsync(MetaService.RestoreMeta, new RestoreMetaReq { Files = files, Hosts = pairs });

    static IReadOnlyList<HostPair> Same(IEnumerable<HostAddress> hosts) => [.. hosts.Select(host => Pair(host, host))];

    static HostPair Pair(HostAddress from, HostAddress to) => new() { FromHost = HostAddr.Of(from), ToHost = HostAddr.Of(to) };

    static async Task<IReadOnlyList<HostAddress>> PeersAsync(MetaScene scene, int space) =>
        [.. (await scene.CallAsync(MetaService.GetPartsAlloc, new GetPartsAllocReq { SpaceId = space })).Parts.Values.SelectMany(p => p).Select(h => h.ToAddress()).Distinct().Order()];

    static async Task<IReadOnlyList<string>> ZonesAsync(MetaScene scene) =>
        [.. (await scene.CallAsync(MetaService.ListZones, new ListZonesReq())).Zones.Select(z => z.ZoneName).Order(StringComparer.Ordinal)];
}
