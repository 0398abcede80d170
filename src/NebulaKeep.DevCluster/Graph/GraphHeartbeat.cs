using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Clients;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.DevCluster.Meta;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Graph;

/// <summary>Tells metad that graphd lives; its directory only until one report was accepted, as the real one does (spec/meta-thrift.md §7.1).</summary>
sealed partial class GraphHeartbeat(MetaCaller meta, DaemonEnvironment environment, TimeSpan interval, ILogger logger)
{
    public async Task RunAsync(HostAddress self, CancellationToken cancellationToken)
    {
        var told = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var response = await meta.CallAsync(MetaService.HeartBeat, Report(self, !told), cancellationToken);
                told |= response.Code == ErrorCode.SUCCEEDED;
                if (response.Code != ErrorCode.SUCCEEDED) LogRefused(logger, response.Code);
            }
            catch (NebulaKeepException e)
            {
                LogLost(logger, e.Message);
            }

            await Task.Delay(told ? interval : TimeSpan.FromSeconds(1), environment.Clock, cancellationToken);
        }
    }

    HBReq Report(HostAddress self, bool withDir) => new()
    {
        Role = HostRole.GRAPH,
        Host = self.ToWire(),
        GitInfoSha = BuildInfo.GitSha,
        Version = BuildInfo.Version,
        Dir = withDir ? new DirInfo { Root = environment.WorkingDirectory } : null,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "metad refuses the heartbeat: {Code}")]
    static partial void LogRefused(ILogger logger, ErrorCode code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "metad does not answer the heartbeat: {Reason}")]
    static partial void LogLost(ILogger logger, string reason);
}
