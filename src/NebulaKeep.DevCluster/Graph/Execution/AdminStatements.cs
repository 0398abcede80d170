using NebulaKeep.DevCluster.Graph.Language;
using NebulaKeep.DevCluster.Meta;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Graph.Execution;

/// <summary>Jobs, snapshots and hosts.</summary>
static class AdminStatements
{
    public static async Task<DataSet?> RunAsync(ExecutionScope scope, Statement statement, CancellationToken cancellationToken)
    {
        if (statement is SubmitJobStatement submit) return await SubmitAsync(scope, submit.Job, cancellationToken);
        await (statement switch
        {
            CreateSnapshotStatement => scope.Meta.CallAsync(MetaService.CreateSnapshot, CreateSnapshotReq.Empty, cancellationToken),
            DropSnapshotStatement drop => scope.Meta.CallAsync(MetaService.DropSnapshot, new DropSnapshotReq { Names = [drop.Name] }, cancellationToken),
            AddHostsStatement add => scope.Meta.CallAsync(MetaService.AddHosts, new AddHostsReq { Hosts = add.Hosts.ToWire() }, cancellationToken),
            DropHostsStatement drop => scope.Meta.CallAsync(MetaService.DropHosts, new DropHostsReq { Hosts = drop.Hosts.ToWire() }, cancellationToken),
            _ => throw new InvalidOperationException(statement.GetType().Name),
        });
        return null;
    }

    static async Task<DataSet> SubmitAsync(ExecutionScope scope, string job, CancellationToken cancellationToken)
    {
        var space = await scope.SpaceAsync(cancellationToken);
        var type = job == "BALANCE LEADER" ? JobType.LEADER_BALANCE : Enum.Parse<JobType>(job);
        var response = await scope.Meta.CallAsync(MetaService.RunAdminJob, new AdminJobReq { SpaceId = space.Id, Op = JobOp.ADD, Type = type }, cancellationToken);
        return Table.Of(["New Job Id"], [[Value.Of((long)(response.Result.JobId ?? 0))]]);
    }
}
