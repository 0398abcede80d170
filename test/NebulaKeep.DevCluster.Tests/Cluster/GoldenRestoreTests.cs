using NebulaKeep.Core;
using NebulaKeep.DevCluster.Graph;
using NebulaKeep.DevCluster.Meta.Service;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Tests.Cluster;

/// <summary>
/// Backups of real servers, put in place as nebula-br's restore does it, served by these daemons on other addresses than the backup's.
/// What must be as it is here was observed with NebulaGraph 3.8.0.
/// </summary>
public sealed class GoldenRestoreTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_row_is_read_through_graphd_and_there_are_no_others(bool second)
    {
        var golden = second ? GoldenGraph.Second : GoldenGraph.First;
        var backup = new GoldenFiles(golden);
        await using var cluster = new WholeCluster(new ClusterShape());
        await backup.RestoreAsync(cluster);

        await GoldenReading.CheckAsync(golden, cluster.QueryAsync);
        await InEdgesFitAsync(cluster, golden);
        await LogsGoOnAsync(cluster, backup);
    }

    /// <summary>What an incremental restore rests on: a log that reaches back to the data is carried on to its end.</summary>
    [Fact]
    public async Task Data_of_the_first_backup_with_logs_of_the_second_becomes_the_second()
    {
        var first = new GoldenFiles(GoldenGraph.First);
        var second = new GoldenFiles(GoldenGraph.Second);
        await using var cluster = new WholeCluster(new ClusterShape());
        await first.RestoreAsync(cluster, logs: second);

        await GoldenReading.CheckAsync(GoldenGraph.Second, cluster.QueryAsync);
    }

    [Fact]
    public async Task The_cluster_is_whole_after_it()
    {
        var backup = new GoldenFiles(GoldenGraph.First);
        await using var cluster = new WholeCluster(new ClusterShape());
        await backup.RestoreAsync(cluster);

        (await cluster.Meta.ListSnapshotsAsync(CancellationToken.None)).ShouldBeEmpty();
        (await cluster.QueryAsync("SHOW HOSTS")).Select(row => row.Split('|')).ShouldAllBe(row => row[0] == "Total" || row[2] == "ONLINE");
        (await cluster.CallAsync(cluster.Metads[0], MetaService.ListUsers, new ListUsersReq())).Users.Keys.ShouldBe(["reader", "root"], ignoreOrder: true);
        (await cluster.CallAsync(cluster.Metads[0], MetaService.ListRoles, new ListRolesReq { SpaceId = 1 })).Roles.ShouldContain(role => role.UserId == "reader");
        Directory.GetFiles(cluster.MetaPath(0)).ShouldBeEmpty("metad removes the tables that it took in");

        // The next id after the backup's counter, and a write that survives a restart of everything.
        await cluster.QueryAsync("CREATE SPACE later(vid_type=INT64)");
        (await cluster.Meta.GetSpaceAsync("later", CancellationToken.None)).SpaceId.ShouldBe(4);
        await cluster.QueryAsync("USE golden_a; INSERT VERTEX team(name) VALUES \"new\":(\"New\")");
        foreach (var daemon in cluster.Storages.Concat(cluster.Metads)) await cluster.StopAsync(daemon, kill: true);
        cluster.StartMetads();
        cluster.StartStorages();
        await cluster.OnlineAsync(3);
        (await cluster.QueryAsync("FETCH PROP ON team \"new\", \"t00219\" YIELD id(vertex), team.name")).Order().ShouldBe(["new|New", "t00219|Team 219"]);
    }

    [Fact]
    public async Task Hosts_are_replaced_in_all_tables_but_that_of_disks()
    {
        var backup = new GoldenFiles(GoldenGraph.First);
        await using var cluster = new WholeCluster(new ClusterShape());
        await backup.RestoreAsync(cluster);
        var zones = await cluster.Meta.ListZonesAsync(CancellationToken.None);
        foreach (var daemon in cluster.Storages.Append(cluster.Graphd).Concat(cluster.Metads)) await cluster.StopAsync(daemon);

        zones.Select(zone => zone.ZoneName).ShouldBe(cluster.Storages.Select(HostHandler.ZoneOf), ignoreOrder: true);
        using var store = MetaStore.Open(cluster.MetaPath(0));
        store.Scan(MetaTables.Machines).Select(row => MetaKeys.After(MetaTables.Machines, row.Key).Host()).ShouldBe(cluster.Storages, ignoreOrder: true);
        store.Scan(MetaTables.Parts).SelectMany(row => MetaValues.Peers(row.Value)).Distinct().ShouldBe(cluster.Storages, ignoreOrder: true);
        foreach (var space in store.Scan(MetaTables.Spaces).Select(row => CompactStruct.Read<SpaceDesc>(row.Value)))
            space.ZoneNames.ShouldBe(cluster.Storages.Select(HostHandler.ZoneOf), ignoreOrder: true);
        var disks = store.Scan(MetaTables.DiskParts).Select(DiskHost).ToList();
        disks.Count(backup.Hosts.Contains).ShouldBe(9, "the rows of the old hosts stay, as with real servers");
        disks.Count(cluster.Storages.Contains).ShouldBe(9);
    }

    [Fact]
    public async Task Three_metads_serve_it_as_well_as_one_and_have_the_same_tables()
    {
        var backup = new GoldenFiles(GoldenGraph.Second);
        await using var cluster = new WholeCluster(new ClusterShape { Metads = 3 });
        await backup.RestoreAsync(cluster);

        (await cluster.QueryAsync("USE golden_a; FETCH PROP ON player \"p000001\", \"p000002\" YIELD id(vertex), player.age")).ShouldBe(["p000002|99"]);

        foreach (var daemon in cluster.Storages.Append(cluster.Graphd).Concat(cluster.Metads)) await cluster.StopAsync(daemon);
        var stores = Enumerable.Range(0, 3).Select(i => Rows(cluster.MetaPath(i))).ToList();
        stores[0].Count.ShouldBeGreaterThan(50);
        stores[1].ShouldBe(stores[0]);
        stores[2].ShouldBe(stores[0]);
    }

    /// <summary>Each edge lies in the partition of its destination once more, with the same values.</summary>
    static async Task InEdgesFitAsync(WholeCluster cluster, GoldenGraph golden)
    {
        var follows = new List<string>();
        for (var part = 1; part <= 10; part++)
        {
            var leader = (await cluster.Meta.ListPartsAsync(1, CancellationToken.None)).Single(p => p.PartId == part).Leader!.ToAddress();
            var answer = await cluster.CallAsync(leader, GraphStorageService.ScanEdge, new ScanEdgeRequest
            {
                SpaceId = 1, Parts = new Dictionary<int, ScanCursor> { [part] = new() }, Limit = -1,
                ReturnColumns = [new EdgeProp { Type = -6, Props = ["_dst", "_src", "_rank", "degree", "since"] }],
            });
            answer.Result.FailedParts.ShouldBeEmpty();
            follows.AddRange(answer.Props!.Rows.Select(row => string.Join('|', row.Values.Select(ValueText.Of))));
        }
        var table = golden.Tables().Single(t => t.Name == "follow");
        follows.Order(StringComparer.Ordinal).ShouldBe(table.Rows.Select(r => r.Text.Replace("\"", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    /// <summary>The restored partitions begin their second term and number on from the backup's last entries.</summary>
    static async Task LogsGoOnAsync(WholeCluster cluster, GoldenFiles backup)
    {
        var before = backup.Meta.SpaceBackups[1].HostBackups.SelectMany(h => h.Checkpoints).SelectMany(c => c.Parts).ToDictionary(p => p.Key, p => p.Value.LogId);
        var after = await cluster.Meta.CreateBackupAsync([], CancellationToken.None);
        var parts = after.SpaceBackups[1].HostBackups.SelectMany(h => h.Checkpoints).SelectMany(c => c.Parts).ToDictionary();
        parts.Keys.Order().ShouldBe(before.Keys.Order());
        foreach (var (part, end) in parts)
        {
            end.TermId.ShouldBe(2);
            end.LogId.ShouldBeInRange(before[part] + 1, before[part] + 3, $"partition {part}");
        }
    }

    static HostAddress DiskHost(MetaRow row)
    {
        var reader = MetaKeys.After(MetaTables.DiskParts, row.Key);
        return new BytesReader(reader.Sized()).Host();
    }

    static List<string> Rows(string dataPath)
    {
        using var store = MetaStore.Open(dataPath);
        return [.. store.Scan([]).Select(row => $"{Convert.ToHexString(row.Key)}={Convert.ToHexString(row.Value)}")];
    }
}
