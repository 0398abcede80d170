using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Agent.Pull;
using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Restores.Pulls;
using NebulaKeep.Backup.Sharing;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Tests.Histories;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.ObjectStore;
using NebulaKeep.Testing;

namespace NebulaKeep.DevCluster.Tests.Cluster;

/// <summary>
/// A new cluster from a backup alone, as the operator makes it: each host pulls what its ordinal needs into empty folders, the metads start and
/// take their tables in, then storageds and graphd start. The one that was backed up is gone by then.
/// </summary>
public sealed class PulledClusterTests
{
    const int Rows = 120;

    [Theory]
    [InlineData(null, 1)]
    [InlineData(IncrementalMode.Share, 3)]
    [InlineData(IncrementalMode.Wal, 3)]
    public async Task It_holds_the_data(IncrementalMode? incremental, int metads)
    {
        using var stores = new TemporaryFolder();
        var (settings, name) = (new StoreSettings { Uri = StoreUri.Parse($"local://{stores.Path}") }, await BackUpAsync(stores.Path, incremental));
        await using var cluster = new WholeCluster(new ClusterShape { Metads = metads });

        var plan = await PlanAsync(cluster, settings, name);
        for (var i = 0; i < metads; i++) await PullAsync(plan, settings, isMetad: true, i, cluster.MetaPath(i));
        cluster.StartMetads();
        foreach (var metad in cluster.Metads) await AnswersAsync(cluster, metad);
        // The answer of the first call was lost, say: the metad is told again, with the other copy of its tables.
        await RestoreAsync(cluster, plan, 0, attempt: 1);
        for (var i = 0; i < metads; i++) await RestoreAsync(cluster, plan, i, attempt: i == 0 ? 2 : 1);
        for (var i = 0; i < cluster.Storages.Count; i++) await PullAsync(plan, settings, isMetad: false, i, DataPaths(cluster, i));
        cluster.StartStorages();
        cluster.StartGraphd();
        await cluster.OnlineAsync(cluster.Storages.Count);
        await cluster.LeadingAsync(3);

        PartitionLeaders.Missing(plan.Partitions, await cluster.Meta.ListHostsAsync(ListHostType.ALLOC, CancellationToken.None)).ShouldBe("");
        await cluster.QueryUntilAsync("USE s; FETCH PROP ON player \"v0\" YIELD player.age");
        (await cluster.ReadAsync(0, Rows)).ShouldBe(WholeCluster.Rows(0, Rows));
        (await cluster.ReadAsync(Rows, Rows + 10)).ShouldBeEmpty("it came after the backup");
    }

    /// <summary>Makes a cluster, fills it, backs it up, changes it, and takes it away.</summary>
    static async Task<BackupName> BackUpAsync(string folder, IncrementalMode? incremental)
    {
        await using var agented = await AgentedCluster.StartAsync(TimeProvider.System, folder);
        await agented.Cluster.CreateSpaceAsync("s", partitions: 3, replicas: 3);
        await agented.Cluster.InsertAsync(0, incremental is null ? Rows : Rows / 2);
        await agented.Cluster.LeadingAsync(3);
        var settings = new StoreSettings { Uri = StoreUri.Parse($"local://{folder}") };
        await using var store = ObjectStores.Open(settings, NullLoggerFactory.Instance, TimeProvider.System);
        var name = await BackUpAsync(agented, store, settings, null);
        if (incremental is { } mode)
        {
            await agented.Cluster.InsertAsync(Rows / 2, Rows);
            name = await BackUpAsync(agented, store, settings, new IncrementalRequest(name, mode));
        }
        await agented.Cluster.InsertAsync(Rows, Rows + 10);
        return name;
    }

    static async Task<BackupName> BackUpAsync(AgentedCluster agented, IObjectStore store, StoreSettings settings, IncrementalRequest? incremental)
    {
        var run = new BackupRun(agented, store, settings, new BackupTimes(), TimeProvider.System, new Random(1), new SilentObserver());
        return (await run.RunAsync(new BackupRequest { CreatedBy = "test", Incremental = incremental }, CancellationToken.None)).Name;
    }

    static async Task<PullPlan> PlanAsync(WholeCluster cluster, StoreSettings settings, BackupName name)
    {
        await using var store = ObjectStores.Open(settings, NullLoggerFactory.Instance, TimeProvider.System);
        var backup = await new BackupContentsReader(store).ReadCheckedAsync(name, CancellationToken.None);
        var metads = cluster.Metads.Select((address, i) => new Daemon(Backup.Topology.DaemonRole.Meta, address, "/root", [cluster.MetaPath(i)])).ToList();
        var storageds = cluster.Storages.Select((address, i) => new Daemon(Backup.Topology.DaemonRole.Storage, address, "/root", DataPaths(cluster, i))).ToList();
        return PullPlan.Parse(PullPlanner.Plan("restore", backup, metads, storageds, concurrency: 3).ToJson());
    }

    static Task PullAsync(PullPlan plan, StoreSettings settings, bool isMetad, int ordinal, params string[] dataPaths)
    {
        foreach (var path in dataPaths) Directory.CreateDirectory(Path.GetDirectoryName(path)!);      // the mounted volume
        var pull = new PullSettings { Plan = "", IsMetad = isMetad, Ordinal = ordinal, DataPaths = dataPaths, Store = () => settings };
        return new Puller(pull, store => ObjectStores.Open(store, NullLoggerFactory.Instance, TimeProvider.System), TimeProvider.System, NullLogger.Instance).RunAsync(plan, CancellationToken.None);
    }

    static Task RestoreAsync(WholeCluster cluster, PullPlan plan, int metad, int attempt)
    {
        var hosts = plan.Hosts.Zip(cluster.Storages).Select(pair => new HostPair { FromHost = HostAddr.Of(HostAddress.Parse(pair.First)), ToHost = HostAddr.Of(pair.Second) }).ToList();
        return cluster.Meta.RestoreMetaAsync(cluster.Metads[metad], PullPlanner.Tables(plan, cluster.MetaPath(metad), attempt), hosts, CancellationToken.None);
    }

    static Task AnswersAsync(WholeCluster cluster, HostAddress metad) => Eventually.TrueAsync(async () =>
    {
        try
        {
            await cluster.Meta.GetMetaDirInfoAsync(metad, CancellationToken.None);
            return true;
        }
        catch (NebulaKeepException)
        {
            return false;
        }
    }, $"{metad} answers", TimeSpan.FromSeconds(60));

    static string[] DataPaths(WholeCluster cluster, int storage) => [.. Enumerable.Range(0, new ClusterShape().DataPaths[storage]).Select(path => cluster.DataPath(storage, path))];
}
