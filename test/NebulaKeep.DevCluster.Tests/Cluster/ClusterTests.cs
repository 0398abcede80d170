using NebulaKeep.Core;
using NebulaKeep.DevCluster.Clients;
using NebulaKeep.DevCluster.Codec;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Graph;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Testing;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.DevCluster.Tests.Cluster;

/// <summary>All daemons together: writing, reading, losing servers.</summary>
public sealed class ClusterTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    public async Task Every_row_outlives_a_crash_of_everything(int replicas)
    {
        await using var cluster = await WholeCluster.StartAsync();
        await cluster.CreateSpaceAsync("s", partitions: 7, replicas);
        await cluster.InsertAsync(0, 2000);

        foreach (var daemon in cluster.Storages.Concat(cluster.Metads)) await cluster.StopAsync(daemon, kill: true);
        cluster.StartMetads();
        cluster.StartStorages();
        await cluster.OnlineAsync(3);

        (await cluster.ReadAsync(0, 2000)).ShouldBe(WholeCluster.Rows(0, 2000));
        await cluster.InsertAsync(2000, 2100);
        (await cluster.ReadAsync(2000, 2200)).ShouldBe(WholeCluster.Rows(2000, 2100));
    }

    [Fact]
    public async Task A_session_and_its_space_are_known_to_a_graphd_that_started_anew()
    {
        await using var cluster = await WholeCluster.StartAsync(new ClusterShape { DataPaths = [1] });
        await cluster.CreateSpaceAsync("s", partitions: 2, replicas: 1);
        await cluster.InsertAsync(0, 10);
        var session = (await cluster.CallAsync(cluster.Metads[0], MetaService.ListSessions, new ListSessionsReq())).Sessions.ShouldHaveSingleItem();
        session.SpaceName.ShouldBe("s");

        await cluster.StopAsync(cluster.Graphd, kill: true);
        cluster.StartGraphd();

        var answer = await cluster.CallAsync(cluster.Graphd, GraphService.Execute, new ExecuteArgs
        {
            SessionId = session.SessionId, Stmt = "FETCH PROP ON player \"v7\" YIELD player.name",
        });
        answer.Data!.Rows.ShouldHaveSingleItem().Values[0].AsText.ShouldBe("Name 7");
    }

    [Fact]
    public async Task Without_one_storaged_the_partitions_that_it_does_not_lead_go_on_and_it_catches_up()
    {
        await using var cluster = await WholeCluster.StartAsync();
        await cluster.CreateSpaceAsync("s", partitions: 3, replicas: 3);
        await cluster.InsertAsync(0, 100);
        await cluster.LeadingAsync(partitions: 3);
        var lost = cluster.Storages[2];
        var led = (await cluster.Meta.ListPartsAsync(1, CancellationToken.None)).Single(part => part.Leader!.ToAddress() == lost).PartId;

        await cluster.StopAsync(lost, kill: true);
        await cluster.OnlineAsync(2);

        var parts = await cluster.Meta.ListPartsAsync(1, CancellationToken.None);
        parts.ShouldAllBe(part => part.Losts.Single().ToAddress() == lost);
        parts.Single(part => part.Leader is null).PartId.ShouldBe(led);
        var written = new List<int>();
        for (var i = 100; i < 130; i++)
            if (PartOf($"v{i}", 3) != led)
            {
                await cluster.QueryAsync($"INSERT VERTEX player(name, age) VALUES \"v{i}\":(\"Name {i}\", {i})");
                written.Add(i);
            }
        written.Count.ShouldBeInRange(5, 29);

        cluster.StartStorage(2);
        await cluster.OnlineAsync(3);
        await cluster.QueryUntilAsync("INSERT VERTEX player(name, age) VALUES \"v130\":(\"Name 130\", 130), \"v131\":(\"Name 131\", 131), \"v132\":(\"Name 132\", 132)");
        (await cluster.ReadAsync(0, 100)).ShouldBe(WholeCluster.Rows(0, 100));
        (await cluster.ReadAsync(100, 130)).ShouldBe(written.Select(i => $"v{i}|Name {i}|{i}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task With_mTLS_every_port_wants_a_certificate_and_all_works()
    {
        using var pki = new TestPki();
        await using var cluster = await WholeCluster.StartAsync(new ClusterShape { Pki = pki });
        await cluster.CreateSpaceAsync("s", partitions: 3, replicas: 3);
        await cluster.InsertAsync(0, 50);
        (await cluster.ReadAsync(0, 50)).ShouldBe(WholeCluster.Rows(0, 50));
        (await cluster.Meta.CreateBackupAsync([], CancellationToken.None)).SpaceBackups.ShouldHaveSingleItem();

        var anonymous = pki.ClientTls(CertificateFault.Missing);
        HostAddress[] ports = [cluster.Metads[0], cluster.Graphd, cluster.Storages[0], cluster.Storages[0].WithPort(9778), cluster.Storages[0].WithPort(9780)];
        foreach (var port in ports)
            foreach (var tls in new[] { null, anonymous })
                await Should.ThrowAsync<NebulaKeepException>(async () =>
                {
                    await using var connection = await ThriftConnection.ConnectAsync(port, new ThriftClientOptions { Tls = tls }, CancellationToken.None);
                    await connection.CallAsync(MetaService.ListSpaces, new ListSpacesReq(), null, CancellationToken.None);
                });
    }

    [Fact]
    public async Task A_scan_that_is_sent_to_a_follower_first_misses_nothing()
    {
        await using var cluster = await WholeCluster.StartAsync();
        await cluster.CreateSpaceAsync("s", partitions: 3, replicas: 3);
        await cluster.InsertAsync(0, 300);
        var leaders = (await cluster.Meta.ListPartsAsync(1, CancellationToken.None)).ToDictionary(p => p.PartId, p => p.Peers[^1].ToAddress());
        await using var pool = new ThriftPool(cluster.Connection);
        var scan = new SpaceScan(new StorageRouter(pool, new WrongLeaders(leaders), TimeProvider.System));

        var rows = 0;
        await foreach (var page in scan.VerticesAsync(1, 3, [new VertexProp { Tag = 2, Props = ["_tag"] }], CancellationToken.None)) rows += page.Rows.Count;

        rows.ShouldBe(301);
    }

    internal static async Task<(ErrorCode Code, string Text)> FailureAsync(WholeCluster cluster, string statement)
    {
        var failure = await Should.ThrowAsync<NebulaErrorException>(cluster.QueryAsync(statement));
        return (failure.Code, failure.Message[(failure.Message.IndexOf("): ", StringComparison.Ordinal) + 3)..]);
    }

    static int PartOf(string vid, int partitions) => VidHash.PartitionOf(System.Text.Encoding.UTF8.GetBytes(vid), partitions);

    sealed class WrongLeaders(IReadOnlyDictionary<int, HostAddress> wrong) : IPartLeaders
    {
        public Task<IReadOnlyDictionary<int, HostAddress>> LeadersAsync(int space, CancellationToken cancellationToken) => Task.FromResult(wrong);
    }
}
