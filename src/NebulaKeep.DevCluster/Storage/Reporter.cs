using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.DevCluster.Storage.Catalog;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Storage;

/// <summary>
/// Tells metad that this server lives, what it leads and where its data lies, and takes the cluster's id from the answer
/// (spec/meta-thrift.md §7.8). Its directories are told until one report was accepted and never again (§7.1): a metad that forgets them
/// does not learn them before a restart, as with real servers.
/// </summary>
sealed partial class Reporter(StorageNode node, IMetaSource meta, ClusterIdFile clusterId, HostAddress self, DirInfo dir, ILogger logger)
{
    bool toldDir;

    /// <summary>Reports once. What goes wrong is logged: the next report tries again.</summary>
    public async Task ReportAsync(CancellationToken cancellationToken)
    {
        try
        {
            var id = clusterId.Read();
            var answer = await meta.HeartbeatAsync(Report(id), cancellationToken);
            if (answer.Code != ErrorCode.SUCCEEDED)
            {
                LogRefused(logger, self, answer.Code, Advice(answer.Code));
                return;
            }
            if (id == 0) clusterId.Write(answer.ClusterId);
            (node.HasJoined, toldDir) = (true, true);
            await node.RefreshIfStaleAsync(cancellationToken);
        }
        catch (Exception e) when (e is NebulaKeepException or IOException or UnauthorizedAccessException)
        {
            LogFailed(logger, e.Message);
        }
    }

    HBReq Report(long id) => new()
    {
        Role = HostRole.STORAGE,
        Host = HostAddr.Of(self),
        ClusterId = id,
        LeaderPartIds = node.Stores.All.ToDictionary(store => store.Key,
            store => (IReadOnlyList<LeaderInfo>)[.. store.Value.Partitions.Values.Where(part => part.IsReady)
                .Select(part => new LeaderInfo { PartId = part.Id, Term = part.Term })]),
        GitInfoSha = BuildInfo.GitSha,
        DiskParts = node.Stores.All.ToDictionary(store => store.Key,
            store => (IReadOnlyDictionary<string, PartitionList>)store.Value.Engines.Where(engine => engine.Partitions.Count > 0)
                .ToDictionary(engine => engine.Root, engine => new PartitionList { PartList = [.. engine.Partitions] })),
        Dir = toldDir ? null : dir,
        Version = BuildInfo.Version,
    };

    static string Advice(ErrorCode code) => code switch
    {
        ErrorCode.E_WRONGCLUSTER => "the file cluster.id is of another cluster: move it away if this server shall join this one",
        ErrorCode.E_MACHINE_NOT_FOUND => "this server is not registered: run ADD HOSTS",
        _ => "see metad's log",
    };

    [LoggerMessage(LogLevel.Error, "metad refuses {Self} with {Code}: {Advice}")]
    static partial void LogRefused(ILogger logger, HostAddress self, ErrorCode code, string advice);

    [LoggerMessage(LogLevel.Warning, "Reporting to metad failed: {Reason}")]
    static partial void LogFailed(ILogger logger, string reason);
}
