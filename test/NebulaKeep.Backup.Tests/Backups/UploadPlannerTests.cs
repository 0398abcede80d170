using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Tests.Backups;

public sealed class UploadPlannerTests
{
    static readonly BackupName Name = BackupName.Parse("BACKUP_2026_11_22_08_00_00");

    [Fact]
    public async Task Each_agent_sends_the_checkpoints_of_its_host_in_nebula_brs_layout()
    {
        var (server, topology) = await MadeAsync();

        var plan = UploadPlanner.Plan(server, topology.Metads[0], topology);

        plan.Select(p => (p.Agent.Host, p.Sources.Count)).ShouldBe([("n1", 3), ("n2", 4), ("n3", 2)]);
        plan[1].Sources.ShouldContain(s => s.Directory == $"/srv/n2/data/storage2/nebula/1/checkpoints/{Name}" && s.KeyPrefix == $"{Name}/data/n2:9779/data1/1");
        plan[0].Sources.Single(s => s.OnlyRequired).Required.ShouldBe(["__spaces__.sst", "__parts__.sst", "__index__.sst"]);
    }

    [Fact]
    public async Task A_checkpoint_of_an_unknown_host_is_refused()
    {
        var (server, topology) = await MadeAsync();
        var strange = server with { Checkpoints = [server.Checkpoints[0] with { Host = new HostAddress("n9", 9779) }] };

        Should.Throw<NebulaKeepException>(() => UploadPlanner.Plan(strange, topology.Metads[0], topology)).Message.ShouldContain("n9:9779");
    }

    [Fact]
    public async Task A_backup_without_tables_is_refused()
    {
        var (server, topology) = await MadeAsync();

        Should.Throw<NebulaKeepException>(() => UploadPlanner.Plan(server with { MetaFiles = [] }, topology.Metads[0], topology)).Message.ShouldContain("without any of its tables");
    }

    [Fact]
    public async Task The_manifest_follows_the_data_path_where_the_order_of_the_answer_differs()
    {
        var (server, topology) = await MadeAsync();
        var n2 = new HostAddress("n2", 9779);
        var swapped = server with { Checkpoints = [.. server.Checkpoints.Select(c => c.Host == n2 ? c with { Index = 1 - c.Index } : c)] };

        var host = swapped.Hosts(topology.Storageds).Single(h => h.Address == "n2:9779");

        host.Checkpoints.ShouldAllBe(c => (c.Directory == "data0") == (c.DataPath == "/srv/n2/data/storage2"));
    }

    static async Task<(ServerBackup Server, ClusterTopology Topology)> MadeAsync()
    {
        var cluster = new Scene().Cluster;
        var topology = await TopologyReader.ReadAsync(cluster.Meta, CancellationToken.None);
        return (ServerBackupReader.Read(await cluster.Meta.CreateBackupAsync([], CancellationToken.None)), topology);
    }
}
