using Microsoft.Extensions.Logging;
using NebulaKeep.Security;

namespace NebulaKeep.DevCluster.Hosting;

/// <summary>What a daemon takes from the process that it runs in.</summary>
/// <param name="WorkingDirectory">The install root that relative flags start from, and DirInfo.root of the daemon (spec/cluster-layout.md §1.1).</param>
/// <param name="Clock">Time.</param>
/// <param name="Random">Chance, for example of the cluster id; used by one caller at a time.</param>
/// <param name="Loggers">Where the daemon logs.</param>
/// <param name="ServerTls">TLS of the daemon's Thrift ports; null for plain text.</param>
/// <param name="ClientTls">TLS of the daemon's connections to other daemons; null for plain text.</param>
public sealed record DaemonEnvironment(
    string WorkingDirectory, TimeProvider Clock, Random Random, ILoggerFactory Loggers, ServerTls? ServerTls = null, ClientTls? ClientTls = null);
