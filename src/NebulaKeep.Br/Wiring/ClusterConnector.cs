using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Br.Options;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Rpc.Agent;
using NebulaKeep.Rpc.Client;
using NebulaKeep.Security;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.Br.Wiring;

/// <summary>Real clients, one for each address, over TLS as the settings say.</summary>
sealed class ClusterConnector : IClusterConnector
{
    static readonly TimeSpan AdminCall = TimeSpan.FromSeconds(5);
    readonly ConcurrentDictionary<HostAddress, StorageAdminClient> storageds = new();
    readonly ConcurrentDictionary<HostAddress, AgentClient> agents = new();
    readonly MetaClient? meta;
    readonly ClientTls? daemonTls;
    readonly ClientTls? agentTls;

    /// <exception cref="CertificateFileException">A certificate file cannot be used.</exception>
    public ClusterConnector(ConnectionSettings settings, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger("tls");
        daemonTls = settings.DaemonTls is { } daemons ? ClientTls.Open(daemons, new ClientTlsSettings(), TimeProvider.System, logger) : null;
        agentTls = settings.AgentTls is { } files ? ClientTls.Open(files, GrpcChannelOptions.TlsSettings, TimeProvider.System, logger) : null;
        meta = settings.Metads.Count == 0 ? null : new MetaClient(new MetaClientOptions { Addresses = settings.Metads, Connection = new ThriftClientOptions { Tls = daemonTls } });
    }

    /// <inheritdoc/>
    public IMetaClient Meta => meta ?? throw new NebulaKeepException("This needs a metad: give --meta.");

    /// <inheritdoc/>
    public IStorageAdminClient StorageAdmin(HostAddress storaged) => storageds.GetOrAdd(storaged, s => StorageAdminClient.OfStorage(s, new StorageAdminClientOptions
    {
        Connection = new ThriftClientOptions { Tls = daemonTls, CallTimeout = AdminCall },
        Retry = new RetryOptions { RetryFor = TimeSpan.Zero },
    }));

    /// <inheritdoc/>
    public IAgentClient Agent(HostAddress agent) => agents.GetOrAdd(agent, a => new AgentClient(a, new AgentClientOptions
    {
        Channel = new GrpcChannelOptions { Tls = agentTls },
    }));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var storaged in storageds.Values) await storaged.DisposeAsync();
        foreach (var agent in agents.Values) await agent.DisposeAsync();
        if (meta is not null) await meta.DisposeAsync();
    }
}
