using NebulaKeep.Core;
using NebulaKeep.DevCluster.Clients;
using NebulaKeep.DevCluster.Meta.Service;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Meta.Jobs;

/// <summary>
/// STATS counts by scans; FLUSH and COMPACT are tasks of every storaged with partitions of the space. LEADER_BALANCE is accepted and
/// changes nothing: leaders are fixed here.
/// </summary>
sealed class JobWork(MetaContext context, ThriftPool pool) : IJobWork, IPartLeaders
{
    public bool Supports(JobType type) => type is JobType.STATS or JobType.FLUSH or JobType.COMPACT or JobType.LEADER_BALANCE;

    public async Task RunAsync(JobDesc job, CancellationToken cancellationToken)
    {
        if (job.Type == JobType.STATS) await CountAsync(job.SpaceId, cancellationToken);
        else if (job.Type is JobType.FLUSH or JobType.COMPACT) await TasksAsync(job, cancellationToken);
    }

    public Task<IReadOnlyDictionary<int, HostAddress>> LeadersAsync(int space, CancellationToken cancellationToken)
    {
        var leaders = context.Spaces.Leaders(space);
        return Task.FromResult<IReadOnlyDictionary<int, HostAddress>>(
            context.Spaces.Parts(space).ToDictionary(p => p.Key, p => leaders.TryGetValue(p.Key, out var known) ? known.Leader : p.Value[0]));
    }

    async Task CountAsync(int space, CancellationToken cancellationToken)
    {
        var scan = new SpaceScan(new StorageRouter(pool, this, context.Environment.Clock));
        var stats = await StatsCount.RunAsync(context, scan, space, cancellationToken);
        var batch = new MetaBatch().Put(MetaKeys.OfSpace(MetaTables.Stats, space), CompactStruct.Write(stats));
        await context.Group.CommitAsync(batch, cancellationToken);
    }

    async Task TasksAsync(JobDesc job, CancellationToken cancellationToken)
    {
        var taskId = 0;
        foreach (var host in context.Spaces.HostSpaces(space => space == job.SpaceId).Keys)
        {
            var task = new AddTaskRequest { JobType = job.Type, JobId = job.JobId, TaskId = taskId++, Para = new TaskPara { SpaceId = job.SpaceId } };
            var code = await context.Storage.AddTaskAsync(host, task, cancellationToken);
            if (code != ErrorCode.SUCCEEDED) throw new NebulaKeepException($"{job.Type} at {host} answers {code}");
        }
    }
}
