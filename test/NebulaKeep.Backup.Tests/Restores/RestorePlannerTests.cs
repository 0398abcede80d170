using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Tests.Restores;

public sealed class RestorePlannerTests
{
    [Fact]
    public void Daemons_that_share_a_root_share_one_journal()
    {
        var plan = RestorePlanner.Plan(Backup(), Target("n"));

        plan.SetAside[0].ShouldSatisfyAllConditions(
            s => s.Root.ShouldBe("/srv/n1"),
            s => s.Paths.ShouldBe(["/srv/n1/cluster.id", "/srv/n1/meta/__spaces__.sst", "/srv/n1/meta/nebula", "/srv/n1/storage/nebula"]));
        plan.SetAside.Count.ShouldBe(2);
    }

    [Fact]
    public void A_backup_of_selected_spaces_is_refused_with_the_reason() =>
        Should.Throw<RestoreRefusedException>(() => RestorePlanner.Plan(Backup() with { AllSpaces = false }, Target("n"))).Message.ShouldContain("only the spaces people");

    [Fact]
    public void Zones_with_several_hosts_are_refused_where_hosts_change()
    {
        var shared = Backup() with { Spaces = [Backup().Spaces[0] with { Zones = ["one_zone"] }] };

        Should.Throw<RestoreRefusedException>(() => RestorePlanner.Plan(shared, Target("m"))).Message.ShouldContain("1 zones for 2 storage hosts");
        RestorePlanner.Plan(shared, Target("n")).Pairs.Count.ShouldBe(2);
    }

    [Fact]
    public void A_file_of_an_unknown_host_is_refused()
    {
        var strange = Backup() with { Files = [.. Backup().Files, new SourceFile("data/n9:9779/data0/1/data/x", "k", 1, null)] };

        Should.Throw<RestoreRefusedException>(() => RestorePlanner.Plan(strange, Target("n"))).Message.ShouldContain("n9:9779");
    }

    [Fact]
    public void A_file_of_an_unknown_checkpoint_is_refused()
    {
        var strange = Backup() with { Files = [.. Backup().Files, new SourceFile("data/n1:9779/data1/1/data/x", "k", 1, null)] };

        Should.Throw<RestoreRefusedException>(() => RestorePlanner.Plan(strange, Target("n"))).Message.ShouldContain("no checkpoint");
    }

    [Fact]
    public void A_metad_with_two_data_paths_is_refused()
    {
        var target = Target("n");
        var two = target with { Metads = [target.Metads[0] with { DataPaths = ["/a", "/b"] }] };

        Should.Throw<RestoreRefusedException>(() => RestorePlanner.Plan(Backup(), two)).Message.ShouldContain("exactly one");
    }

    [Fact]
    public void A_backup_without_tables_is_refused() =>
        Should.Throw<RestoreRefusedException>(() => RestorePlanner.Plan(Backup() with { Files = [] }, Target("n"))).Message.ShouldContain("metad's tables");

    [Fact]
    public void Files_come_from_where_the_manifest_says_and_go_where_their_path_says()
    {
        var plan = RestorePlanner.Plan(Backup(), Target("m"));

        var item = plan.Downloads.Single(d => d.Agent.Host == "m2").Items.ShouldHaveSingleItem();
        item.Key.ShouldBe("BACKUP_2026_11_20_00_00_00/data/n2:9779/data0/1/data/000001.sst");
        item.Target.ShouldBe("/srv/m2/storage/nebula/1/data/000001.sst");
    }

    static BackupContents Backup() => new()
    {
        Name = BackupName.Parse(Manifests.ManifestSamples.Name),
        HasManifest = true,
        AllSpaces = true,
        Spaces = [new ManifestSpace(1, "people", 3, 1, "INT64", ["z1", "z2"])],
        Hosts = [Host("n1"), Host("n2")],
        Files =
        [
            new SourceFile("meta/__spaces__.sst", "BACKUP_2026_11_22_08_05_13/meta/__spaces__.sst", 5, null),
            new SourceFile("data/n2:9779/data0/1/data/000001.sst", "BACKUP_2026_11_20_00_00_00/data/n2:9779/data0/1/data/000001.sst", 5, null),
        ],
    };

    static ManifestHost Host(string name) => new($"{name}:9779", "/old", ["/old/data"], [new ManifestCheckpoint(1, "data0", "/old/data", [])]);

    static ClusterTopology Target(string prefix) => new()
    {
        Metads = [new Daemon(DaemonRole.Meta, new HostAddress($"{prefix}1", 9559), $"/srv/{prefix}1", [$"/srv/{prefix}1/meta"])],
        Storageds = [.. new[] { 1, 2 }.Select(i => new Daemon(DaemonRole.Storage, new HostAddress($"{prefix}{i}", 9779), $"/srv/{prefix}{i}", [$"/srv/{prefix}{i}/storage"]))],
        Graphds = [],
        Agents = new[] { 1, 2 }.ToDictionary(i => $"{prefix}{i}", i => new HostAddress($"{prefix}{i}", 8888)),
    };
}
