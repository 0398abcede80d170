using System.Net;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Configuration;
using NebulaKeep.DevCluster.Graph;
using NebulaKeep.DevCluster.Meta;
using NebulaKeep.DevCluster.Storage;
using NebulaKeep.Security;

namespace NebulaKeep.DevCluster.Hosting;

/// <summary>Starts the daemon that flags describe.</summary>
static class DaemonStarter
{
    /// <summary>Starts the Thrift side.</summary>
    /// <exception cref="NebulaKeepException">A flag, a certificate or the address cannot be used.</exception>
    public static IDevDaemon Start(DaemonRole role, DaemonFlags flags, string directory, ILoggerFactory loggers, TimeProvider clock, Random random)
    {
        var environment = Environment(role, flags, directory, loggers, clock, random);
        return role switch
        {
            DaemonRole.Metad => MetaDaemon.Start(MetaOptions.FromFlags(flags, directory), environment),
            DaemonRole.Storaged => StorageDaemon.Start(StorageOptions.FromFlags(flags, directory), environment),
            _ => GraphDaemon.Start(GraphOptions.FromFlags(flags), environment),
        };
    }

    /// <summary>Starts the HTTP side.</summary>
    public static Task<StatusServer> StartStatusAsync(
        DaemonRole role, DaemonFlags flags, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var text = flags.Text("ws_ip", "127.0.0.1");
        if (!IPAddress.TryParse(text, out var address)) throw new FlagsException($"--ws_ip={text}: an IP address is expected");
        return StatusServer.StartAsync(address, flags.Port("ws_http_port", role.DefaultHttpPort()), flags, loggers, cancellationToken);
    }

    static DaemonEnvironment Environment(
        DaemonRole role, DaemonFlags flags, string directory, ILoggerFactory loggers, TimeProvider clock, Random random)
    {
        var (tls, logger) = (TlsFlags.Read(role, flags, directory), loggers.CreateLogger("Tls"));
        return new DaemonEnvironment(directory, clock, random, loggers)
        {
            ServerTls = tls.Server is { } server ? ServerTls.Open(server, new ServerTlsSettings(), clock, logger) : null,
            ClientTls = tls.Client is { } client ? ClientTls.Open(client, new ClientTlsSettings(), clock, logger) : null,
        };
    }
}
