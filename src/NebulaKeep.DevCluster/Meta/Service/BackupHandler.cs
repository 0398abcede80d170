using System.Globalization;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>createBackup, in the order of steps of the real metad (spec/backup-flow.md §2.1).</summary>
sealed partial class BackupHandler(MetaContext context, CheckpointWork work, JobHandler jobs)
{
    public async Task<CreateBackupResp> CreateAsync(CreateBackupReq request, CancellationToken cancellationToken)
    {
        if (jobs.IsBlockingBackup()) throw new MetaErrorException(ErrorCode.E_BACKUP_RUNNING_JOBS);
        using var snapshot = await context.SnapshotLock.WriteAsync(cancellationToken);
        var active = context.Hosts.ActiveStorage();
        if (active.Count == 0) throw new MetaErrorException(ErrorCode.E_NO_HOSTS);
        var scope = Scope(request);
        var name = SnapshotNames.Of("BACKUP_", context.Environment.Clock);
        await RecordAsync(name, SnapshotStatus.INVALID, active, cancellationToken);
        work.Remember(scope.SpaceIds);
        IReadOnlyList<string> files = [];
        var checkpoints = await work.RunAsync(name, () => files = Export(scope, name), cancellationToken);
        await RecordAsync(name, SnapshotStatus.VALID, active, cancellationToken);
        LogDone(context.Logger, name, files.Count);
        return new CreateBackupResp { Meta = Describe(name, scope, files, checkpoints) };
    }

    ExportScope Scope(CreateBackupReq request)
    {
        var wanted = request.Spaces ?? [];
        var ids = wanted.Count == 0 ? [.. context.Spaces.All().Keys] : Ids(wanted);
        if (ids.Count == 0) throw new MetaErrorException(ErrorCode.E_BACKUP_SPACE_NOT_FOUND);
        return new ExportScope(ids.ToHashSet(), wanted.ToHashSet(StringComparer.Ordinal), wanted.Count == 0);
    }

    // One unknown name fails the multi-get of all of them, hence this code and not E_BACKUP_SPACE_NOT_FOUND (observed).
    List<int> Ids(IReadOnlyList<string> names) =>
        [.. names.Select(name => context.Spaces.Find(name) ?? throw new MetaErrorException(ErrorCode.E_PARTIAL_RESULT))];

    IReadOnlyList<string> Export(ExportScope scope, string name)
    {
        try
        {
            return MetaExport.Write(context.Store, scope, SnapshotNames.Directory(context.Store, name));
        }
        catch (Exception e) when (e is NebulaKeepException or IOException or UnauthorizedAccessException)
        {
            LogExportFailed(context.Logger, e, name);
            throw new MetaErrorException(ErrorCode.E_BACKUP_FAILED);
        }
    }

    Task RecordAsync(string name, SnapshotStatus status, IEnumerable<HostAddress> hosts, CancellationToken cancellationToken)
    {
        var record = new SnapshotRecord((int)status, MetaValues.HostList(hosts));
        return context.Group.CommitAsync(new MetaBatch().Put(MetaKeys.Snapshot(name), MetaValues.Snapshot(record)), cancellationToken);
    }

    BackupMeta Describe(
        string name, ExportScope scope, IReadOnlyList<string> files, IReadOnlyList<(HostAddress Host, CheckpointInfo Info)> checkpoints) => new()
    {
        SpaceBackups = scope.SpaceIds.Order().ToDictionary(id => id, id => SpaceOf(id, checkpoints)),
        MetaFiles = files,
        BackupName = name,
        Full = true,
        AllSpaces = scope.AllSpaces,
        CreateTime = context.NowMs,
    };

    SpaceBackupInfo SpaceOf(int space, IReadOnlyList<(HostAddress Host, CheckpointInfo Info)> checkpoints) => new()
    {
        Space = context.Spaces.Desc(space),
        HostBackups = [.. checkpoints.Where(c => c.Info.SpaceId == space).GroupBy(c => c.Host)
            .Select(g => new HostBackupInfo { Host = g.Key.ToWire(), Checkpoints = [.. g.Select(c => c.Info)] })],
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "backup done: {Name}, sst files count was:{Count}")]
    static partial void LogDone(ILogger logger, string name, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Exporting the meta tables of {Name} failed")]
    static partial void LogExportFailed(ILogger logger, Exception e, string name);
}

/// <summary>Names of snapshots and where metad's part of them lies.</summary>
static class SnapshotNames
{
    /// <summary>The prefix and metad's local time to the second: two within one second are the same (observed with NebulaGraph 3.8.0).</summary>
    public static string Of(string prefix, TimeProvider clock) =>
        prefix + clock.GetLocalNow().ToString("yyyy_MM_dd_HH_mm_ss", CultureInfo.InvariantCulture);

    public static string Directory(MetaStore store, string name) => Path.Combine(store.Directory, "checkpoints", name);
}
