using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Agent;
using NebulaKeep.Agent.Cli;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Tests.Cluster;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Rpc.Agent;
using NebulaKeep.Rpc.Client;
using NebulaKeep.Security;
using NebulaKeep.Security.Issuing;
using NebulaKeep.Testing;

namespace NebulaKeep.DevCluster.Tests.Histories;

/// <summary>A cluster in this process with real RocksDBs, and on each host the real agent.</summary>
sealed class AgentedCluster : IClusterConnector
{
    const int AgentPort = 8888;

    /// <summary>The clock jumps, and the machine can be busy: neither makes a host dead.</summary>
    const int PatientFactor = 120;
    readonly TestPki pki = new();
    readonly ClientTls agentTls;
    readonly List<AgentProcess> agents = [];
    readonly ConcurrentDictionary<HostAddress, AgentClient> clients = new();
    readonly ConcurrentDictionary<HostAddress, StorageAdminClient> admins = new();

    AgentedCluster(WholeCluster cluster)
    {
        Cluster = cluster;
        agentTls = ClientTls.Open(pki.Client(), GrpcChannelOptions.TlsSettings, TimeProvider.System, NullLogger.Instance);
    }

    public WholeCluster Cluster { get; }

    public IMetaClient Meta => Cluster.Meta;

    /// <summary>Starts everything.</summary>
    /// <param name="clock">Of daemons and agents.</param>
    /// <param name="storeRoot">A folder in which agents may store.</param>
    public static async Task<AgentedCluster> StartAsync(TimeProvider clock, string storeRoot)
    {
        var cluster = new AgentedCluster(await WholeCluster.StartAsync(new ClusterShape { Clock = clock, Parent = TemporaryFolder.InMemory, ExpiredTimeFactor = PatientFactor, RaftHeartbeat = TimeSpan.FromSeconds(1) }));
        await cluster.StartAgentsAsync(clock, storeRoot);
        return cluster;
    }

    public IStorageAdminClient StorageAdmin(HostAddress storaged) =>
        admins.GetOrAdd(storaged, s => StorageAdminClient.OfStorage(s, new StorageAdminClientOptions { Connection = Cluster.Connection }));

    public IAgentClient Agent(HostAddress agent) => clients.GetOrAdd(agent, a => new AgentClient(a, new AgentClientOptions { Channel = new GrpcChannelOptions { Tls = agentTls } }));

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.Values) await client.DisposeAsync();
        foreach (var admin in admins.Values) await admin.DisposeAsync();
        foreach (var agent in agents) await agent.DisposeAsync();
        await Cluster.DisposeAsync();
        pki.Dispose();
    }

    async Task StartAgentsAsync(TimeProvider clock, string storeRoot)
    {
        var hosts = Cluster.Storages.Select(s => s.Host).ToList();
        var tls = pki.Issue("agents", new LeafRequest("agents", CertificateUsage.Server, hosts, Validity.From(TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1)), KeyKind.EcdsaP256));
        foreach (var host in hosts)
        {
            var settings = new AgentSettings { Agent = new HostAddress(host, AgentPort), Metads = Cluster.Metads, HeartbeatInterval = TimeSpan.FromSeconds(1), ListenerTls = tls, StoreRoots = [storeRoot] };
            var agent = new AgentProcess(settings, "test", NullLoggerFactory.Instance, clock, new Random(1));
            agents.Add(agent);
            await agent.StartAsync(CancellationToken.None);
        }

        await Eventually.TrueAsync(KnownAsync, "agents know their directories", TimeSpan.FromSeconds(60));
    }

    async Task<bool> KnownAsync()
    {
        try
        {
            var topology = await TopologyReader.ReadAsync(Meta, CancellationToken.None);
            foreach (var agent in topology.AllAgents)
                if ((await Agent(agent).DescribeAsync(CancellationToken.None)).AllowedDirectories.Count < topology.DaemonsOf(agent).Sum(d => d.DataPaths.Count)) return false;
            return topology.Storageds.Count == Cluster.Storages.Count && topology.Storageds.All(s => s.DataPaths.Count > 0);
        }
        catch (NebulaKeepException)
        {
            return false;
        }
    }
}
