using System.Globalization;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Storage.Engine;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Storage.Service;

/// <summary>Makes and drops checkpoints (spec/backup-flow.md §2.3).</summary>
sealed partial class Checkpoints(StorageNode node, ILogger logger)
{
    /// <summary>One checkpoint for each engine of the spaces; spaces that are not here are left out without a word.</summary>
    public async Task<CreateCPResp> CreateAsync(CreateCPRequest request, CancellationToken cancellationToken)
    {
        if (!CheckpointName.IsPlain(request.Name)) return new CreateCPResp { Code = ErrorCode.E_FAILED_TO_CHECKPOINT };
        try
        {
            var made = new List<CheckpointInfo>();
            foreach (var space in request.SpaceIds)
                if (await node.FindAsync(space, cancellationToken) is { } store)
                    foreach (var engine in store.Engines)
                        made.Add(await CheckpointAsync(store, engine, request.Name, cancellationToken));
            return new CreateCPResp { Info = made };
        }
        catch (Exception e) when (e is NebulaKeepException or IOException or UnauthorizedAccessException)
        {
            LogFailed(logger, request.Name, e);
            return new CreateCPResp { Code = ErrorCode.E_FAILED_TO_CHECKPOINT };
        }
    }

    /// <summary>Removes the directories; what is not there is no error.</summary>
    public async Task<DropCPResp> DropAsync(DropCPRequest request, CancellationToken cancellationToken)
    {
        if (!CheckpointName.IsPlain(request.Name)) return new DropCPResp { Code = ErrorCode.E_INVALID_PARM };
        try
        {
            foreach (var space in request.SpaceIds)
                if (await node.FindAsync(space, cancellationToken) is { } store)
                    foreach (var path in store.Engines.Select(engine => engine.CheckpointPath(request.Name)).Where(Directory.Exists))
                        Directory.Delete(path, recursive: true);
            return new DropCPResp();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFailed(logger, request.Name, e);
            return new DropCPResp { Code = ErrorCode.E_STORE_FAILURE };
        }
    }

    /// <summary>Data first, then logs: the logs of a checkpoint always reach at least as far as its data.</summary>
    static async Task<CheckpointInfo> CheckpointAsync(SpaceStore store, SpaceEngine engine, string name, CancellationToken cancellationToken)
    {
        engine.CheckpointData(name);
        var logs = Path.Combine(engine.CheckpointPath(name), "wal");
        if (Directory.Exists(logs)) Directory.Delete(logs, recursive: true);
        var parts = new Dictionary<int, LogInfo>();
        foreach (var partition in store.Partitions.Values.Where(partition => partition.Engine == engine))
        {
            var last = await partition.LinkLogAsync(Path.Combine(logs, partition.Id.ToString(CultureInfo.InvariantCulture)), cancellationToken);
            if (partition.IsLeader) parts[partition.Id] = new LogInfo { LogId = last.Id, TermId = last.Term };
        }
        return new CheckpointInfo { SpaceId = engine.SpaceId, Parts = parts, DataPath = RealPath.Of(engine.CheckpointPath(name)) };
    }

    [LoggerMessage(LogLevel.Error, "Checkpoint {Name} failed")]
    static partial void LogFailed(ILogger logger, string name, Exception exception);
}
