using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Tests.Restores;

public sealed class GoldenRestorePlanTests
{
    static readonly BackupName Name = BackupName.Parse("BACKUP_2026_11_22_10_11_47");

    [Fact]
    public async Task A_backup_of_nebula_br_is_planned_back_to_where_it_came_from()
    {
        using var golden = await GoldenBackup.UnpackAsync();
        var contents = await new BackupContentsReader(golden.Store).ReadAsync(Name, CancellationToken.None);

        var plan = RestorePlanner.Plan(contents, Cluster("127.0.1.", second: 2));

        contents.HasManifest.ShouldBeFalse();
        contents.Spaces.Select(s => (s.Name, s.Partitions, s.VidType)).ShouldBe([("golden_a", 10, "FIXED_STRING(32)"), ("golden_b", 5, "INT64"), ("golden_c", 1, "FIXED_STRING(8)")]);
        plan.Pairs.ShouldAllBe(p => p.SameAddress);
        plan.Files.ShouldBe(236);
        plan.Downloads.SelectMany(d => d.Items.Select(i => $"{d.Agent} {i.Target}")).ShouldContain("127.0.1.2:8888 /data/nebula/n2/data/storage2/nebula/1/data/CURRENT");
        plan.Metas.ShouldHaveSingleItem().Files.Count.ShouldBe(16);
        plan.Downloads.SelectMany(d => d.Items.Select(i => (d.Agent, i.Target))).ShouldBeUnique();
    }

    [Fact]
    public async Task Every_file_of_the_data_is_planned_once_with_its_size()
    {
        using var golden = await GoldenBackup.UnpackAsync();
        var listed = await golden.Store.ListAsync($"{Name}/", CancellationToken.None).ToListAsync();
        var contents = await new BackupContentsReader(golden.Store).ReadAsync(Name, CancellationToken.None);

        var plan = RestorePlanner.Plan(contents, Cluster("127.0.1.", second: 2));

        plan.Downloads.SelectMany(d => d.Items).Select(i => (i.Key, i.Size)).ShouldBe(listed.Where(o => !o.Key.EndsWith(".meta", StringComparison.Ordinal)).Select(o => (o.Key, o.Size)), ignoreOrder: true);
    }

    [Fact]
    public async Task It_goes_to_another_cluster_with_the_two_paths_on_the_host_with_two()
    {
        using var golden = await GoldenBackup.UnpackAsync();
        var contents = await new BackupContentsReader(golden.Store).ReadAsync(Name, CancellationToken.None);

        var plan = RestorePlanner.Plan(contents, Cluster("127.0.2.", second: 3));

        plan.Pairs.Single(p => p.From.Address == "127.0.1.2:9779").To.Address.Host.ShouldBe("127.0.2.3");
        plan.Pairs.ShouldAllBe(p => !p.SameAddress);
    }

    [Fact]
    public async Task A_missing_checkpoint_file_is_noticed_without_a_manifest()
    {
        using var golden = await GoldenBackup.UnpackAsync();
        await golden.Store.DeleteAsync([$"{Name}/data/127.0.1.2:9779/data1/1/data/CURRENT"], CancellationToken.None);

        var failure = await Should.ThrowAsync<RestoreRefusedException>(() => new BackupContentsReader(golden.Store).ReadAsync(Name, CancellationToken.None));

        failure.Message.ShouldContain("data1/1/data/CURRENT is missing or empty");
    }

    [Fact]
    public async Task An_empty_table_is_noticed_without_a_manifest()
    {
        using var golden = await GoldenBackup.UnpackAsync();
        await golden.Store.PutAsync($"{Name}/meta/__parts__.sst", new MemoryStream(), PutCondition.Overwrite, CancellationToken.None);

        (await Should.ThrowAsync<RestoreRefusedException>(() => new BackupContentsReader(golden.Store).ReadAsync(Name, CancellationToken.None))).Message.ShouldContain("meta/__parts__.sst is missing or empty");
    }

    static ClusterTopology Cluster(string prefix, int second)
    {
        var hosts = Enumerable.Range(1, 3).ToList();
        return new ClusterTopology
        {
            Metads = [new Daemon(DaemonRole.Meta, new HostAddress($"{prefix}1", 9559), "/data/nebula/n1", ["/data/nebula/n1/data/meta"])],
            Storageds = [.. hosts.Select(i => new Daemon(DaemonRole.Storage, new HostAddress($"{prefix}{i}", 9779), $"/data/nebula/n{i}", i == second ? [$"/data/nebula/n{i}/data/storage", $"/data/nebula/n{i}/data/storage2"] : [$"/data/nebula/n{i}/data/storage"]))],
            Graphds = [],
            Agents = hosts.ToDictionary(i => $"{prefix}{i}", i => new HostAddress($"{prefix}{i}", 8888)),
        };
    }
}
