using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>createSnapshot, listSnapshots and dropSnapshot (spec/meta-thrift.md §7.4 to §7.6).</summary>
sealed partial class SnapshotHandler(MetaContext context, CheckpointWork work, JobHandler jobs)
{
    public async Task<ExecResp> CreateAsync(CancellationToken cancellationToken)
    {
        if (jobs.IsBlockingSnapshot()) throw new MetaErrorException(ErrorCode.E_SNAPSHOT_RUNNING_JOBS);
        using var snapshot = await context.SnapshotLock.WriteAsync(cancellationToken);
        var active = context.Hosts.ActiveStorage();
        if (active.Count == 0) throw new MetaErrorException(ErrorCode.E_NO_HOSTS);
        if (active.Count != context.Hosts.Machines().Count) throw new MetaErrorException(ErrorCode.E_SNAPSHOT_FAILURE);
        var name = SnapshotNames.Of("SNAPSHOT_", context.Environment.Clock);
        await RecordAsync(name, SnapshotStatus.INVALID, active, cancellationToken);
        await work.RunAsync(name, () => CheckpointOwn(name), cancellationToken);
        await RecordAsync(name, SnapshotStatus.VALID, active, cancellationToken);
        return new ExecResp();
    }

    public ListSnapshotsResp List() => new() { Snapshots = [.. context.Store.Scan(MetaTables.Snapshots).Select(Item)] };

    /// <summary>Handles the first name only. Success does not prove that files are gone: storageds that fail are only logged.</summary>
    public async Task<ExecResp> DropAsync(DropSnapshotReq request, CancellationToken cancellationToken)
    {
        if (request.Names.Count == 0) throw new MetaErrorException(ErrorCode.E_SNAPSHOT_FAILURE);
        var name = request.Names[0];
        using var snapshot = await context.SnapshotLock.WriteAsync(cancellationToken);
        var value = context.Store.Get(MetaKeys.Snapshot(name)) ?? throw new MetaErrorException(ErrorCode.E_SNAPSHOT_NOT_FOUND);
        await work.DropAsync(name, [.. MetaValues.HostList(MetaValues.Snapshot(value).Hosts)], cancellationToken);
        RemoveOwn(SnapshotNames.Directory(context.Store, name));
        await context.Group.CommitAsync(new MetaBatch().Remove(MetaKeys.Snapshot(name)), cancellationToken);
        return new ExecResp();
    }

    void CheckpointOwn(string name)
    {
        try
        {
            var directory = SnapshotNames.Directory(context.Store, name);
            RemoveOwn(directory);
            Directory.CreateDirectory(Path.Combine(directory, "wal", "0"));
            context.Store.CreateCheckpoint(Path.Combine(directory, "data"));
        }
        catch (Exception e) when (e is NebulaKeepException or IOException or UnauthorizedAccessException)
        {
            LogCheckpointFailed(context.Logger, e, name);
            throw new MetaErrorException(ErrorCode.E_FAILED_TO_CHECKPOINT);
        }
    }

    void RemoveOwn(string directory)
    {
        try
        {
            if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(context.Logger, e, directory);
            throw new MetaErrorException(ErrorCode.E_STORE_FAILURE);
        }
    }

    Task RecordAsync(string name, SnapshotStatus status, IEnumerable<HostAddress> hosts, CancellationToken cancellationToken)
    {
        var record = new SnapshotRecord((int)status, MetaValues.HostList(hosts));
        return context.Group.CommitAsync(new MetaBatch().Put(MetaKeys.Snapshot(name), MetaValues.Snapshot(record)), cancellationToken);
    }

    static Snapshot Item(MetaRow row)
    {
        var record = MetaValues.Snapshot(row.Value);
        return new Snapshot { Name = MetaKeys.After(MetaTables.Snapshots, row.Key).Rest(), Status = (SnapshotStatus)record.Status, Hosts = record.Hosts };
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The checkpoint {Name} of the meta tables failed")]
    static partial void LogCheckpointFailed(ILogger logger, Exception e, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "Directory {Directory} could not be removed")]
    static partial void LogNotRemoved(ILogger logger, Exception e, string directory);
}
