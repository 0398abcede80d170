using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>runAdminJob (spec/meta-thrift.md §7.14). A job runs in the background; a metad that stops leaves it FAILED for its next start.</summary>
sealed partial class JobHandler(MetaContext context, IJobWork work) : IAsyncDisposable
{
    static readonly HashSet<JobType> BlockSnapshots =
    [
        JobType.REBUILD_TAG_INDEX, JobType.REBUILD_EDGE_INDEX, JobType.COMPACT, JobType.INGEST, JobType.DATA_BALANCE, JobType.LEADER_BALANCE,
    ];

    static readonly HashSet<JobType> BlockBackups = [.. BlockSnapshots, JobType.REBUILD_FULLTEXT_INDEX, JobType.ZONE_BALANCE];
    readonly ConcurrentDictionary<int, Task> running = new();
    readonly CancellationTokenSource stop = new();

    /// <summary>True while a job of a kind runs that createBackup does not tolerate, in any space that exists (spec/backup-flow.md §2.1).</summary>
    public bool IsBlockingBackup() => HasRunning(BlockBackups);

    /// <summary>The same for createSnapshot.</summary>
    public bool IsBlockingSnapshot() => HasRunning(BlockSnapshots);

    public async Task<AdminJobResp> RunAsync(AdminJobReq request, CancellationToken cancellationToken)
    {
        if (request.Op != JobOp.ADD) return new AdminJobResp { Result = Answer(request) };

        // The order of the locks is the real metad's: while a job waits for a backup, heartbeats wait for the job (observed).
        using var global = await context.GlobalLock.WriteAsync(cancellationToken);
        using var snapshot = await context.SnapshotLock.ReadAsync(cancellationToken);
        context.Spaces.Desc(request.SpaceId);
        if (!work.Supports(request.Type)) throw new MetaErrorException(ErrorCode.E_ADD_JOB_FAILURE);
        if (Jobs(request.SpaceId).FirstOrDefault(j => IsUnfinished(j) && j.Type == request.Type && j.Paras.SequenceEqual(request.Paras)) is { } same)
            return new AdminJobResp { Result = new AdminJobResult { JobId = same.JobId } };
        var batch = new MetaBatch();
        var job = new JobDesc
        {
            SpaceId = request.SpaceId,
            JobId = context.Ids.Next(batch),
            Type = request.Type,
            Paras = request.Paras,
            Status = JobStatus.RUNNING,
            StartTime = NowSeconds,
        };
        await context.Group.CommitAsync(Store(batch, job), cancellationToken);
        running[job.JobId] = CarryOutAsync(job);
        return new AdminJobResp { Result = new AdminJobResult { JobId = job.JobId } };
    }

    public GetStatsResp Stats(GetStatsReq request) =>
        context.Store.Get(MetaKeys.OfSpace(MetaTables.Stats, request.SpaceId)) is { } value
            ? new GetStatsResp { Stats = CompactStruct.Read<StatsItem>(value) }
            : throw new MetaErrorException(ErrorCode.E_STATS_NOT_FOUND);

    /// <summary>Marks what a stopped metad left behind.</summary>
    public async Task FailLeftOversAsync(CancellationToken cancellationToken)
    {
        var batch = new MetaBatch();
        foreach (var job in context.Store.Scan(MetaTables.Jobs).Select(r => CompactStruct.Read<JobDesc>(r.Value)).Where(IsUnfinished))
            Store(batch, job with { Status = JobStatus.FAILED, StopTime = NowSeconds });
        if (!batch.IsEmpty) await context.Group.CommitAsync(batch, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running.Values);
        stop.Dispose();
    }

    long NowSeconds => context.NowMs / 1000;

    async Task CarryOutAsync(JobDesc job)
    {
        await Task.Yield();
        var done = job with { Status = JobStatus.FAILED, Code = ErrorCode.E_TASK_EXECUTION_FAILED };
        try
        {
            if (context.Faults.DuringJob is { } step) await step(job.Type, stop.Token);
            await work.RunAsync(job, stop.Token);
            done = job with { Status = JobStatus.FINISHED };
        }
        catch (Exception e) when (e is NebulaKeepException or OperationCanceledException)
        {
            LogJobFailed(context.Logger, job.JobId, job.Type, e.Message);
        }

        await FinishAsync(done with { StopTime = NowSeconds });
        running.TryRemove(job.JobId, out _);
    }

    async Task FinishAsync(JobDesc job)
    {
        try
        {
            await context.Group.CommitAsync(Store(new MetaBatch(), job), stop.Token);
        }
        catch (Exception e) when (e is NebulaKeepException or OperationCanceledException)
        {
            LogJobFailed(context.Logger, job.JobId, job.Type, e.Message);
        }
    }

    AdminJobResult Answer(AdminJobReq request)
    {
        context.Spaces.Desc(request.SpaceId);
        var jobs = Jobs(request.SpaceId).OrderByDescending(j => j.JobId).ToList();
        return request.Op switch
        {
            JobOp.SHOW_All => new AdminJobResult { JobDesc = jobs },
            JobOp.SHOW => new AdminJobResult { JobDesc = [Named(jobs, request.Paras)], TaskDesc = [] },
            _ => throw new MetaErrorException(ErrorCode.E_JOB_NOT_STOPPABLE),
        };
    }

    static JobDesc Named(IReadOnlyList<JobDesc> jobs, IReadOnlyList<string> paras) =>
        jobs.FirstOrDefault(j => paras.Count > 0 && int.TryParse(paras[0], out var id) && j.JobId == id)
        ?? throw new MetaErrorException(ErrorCode.E_JOB_NOT_IN_SPACE);

    bool HasRunning(HashSet<JobType> types) =>
        context.Spaces.All().Keys.Any(space => Jobs(space).Any(job => IsUnfinished(job) && types.Contains(job.Type)));

    static bool IsUnfinished(JobDesc job) => job.Status is JobStatus.QUEUE or JobStatus.RUNNING;

    IEnumerable<JobDesc> Jobs(int space) => context.Store.Scan(MetaKeys.OfSpace(MetaTables.Jobs, space)).Select(r => CompactStruct.Read<JobDesc>(r.Value));

    static MetaBatch Store(MetaBatch batch, JobDesc job) => batch.Put(MetaKeys.Job(job.SpaceId, job.JobId), CompactStruct.Write(job));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job} {Type} failed: {Reason}")]
    static partial void LogJobFailed(ILogger logger, int job, JobType type, string reason);
}

/// <summary>What jobs do at the storageds.</summary>
interface IJobWork
{
    bool Supports(JobType type);

    /// <exception cref="NebulaKeepException">The job failed.</exception>
    Task RunAsync(JobDesc job, CancellationToken cancellationToken);
}
