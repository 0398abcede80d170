using NebulaKeep.DevCluster.Graph.Language;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Graph.Execution;

/// <summary>SHOW of everything but hosts; columns are exact (spec/graph-service.md §7).</summary>
static class ShowStatements
{
    public static async Task<DataSet?> RunAsync(ExecutionScope scope, ShowSubject subject, CancellationToken cancellationToken) => subject switch
    {
        ShowSubject.Spaces => await SpacesAsync(scope, cancellationToken),
        ShowSubject.Snapshots => await SnapshotsAsync(scope, cancellationToken),
        ShowSubject.Parts => await PartsAsync(scope, cancellationToken),
        ShowSubject.Tags => Names((await scope.Meta.TagsAsync((await scope.SpaceAsync(cancellationToken)).Id, cancellationToken)).Keys),
        ShowSubject.Edges => Names((await scope.Meta.EdgesAsync((await scope.SpaceAsync(cancellationToken)).Id, cancellationToken)).Keys),
        ShowSubject.Stats => await StatsAsync(scope, cancellationToken),
        ShowSubject.Jobs => await JobsAsync(scope, cancellationToken),
        _ => await ShowHosts.RunAsync(scope, subject, cancellationToken),
    };

    static async Task<DataSet> SpacesAsync(ExecutionScope scope, CancellationToken cancellationToken) =>
        Names((await scope.Meta.CallAsync(MetaService.ListSpaces, ListSpacesReq.Empty, cancellationToken)).Spaces.Select(s => s.Name));

    static DataSet Names(IEnumerable<string> names) => Table.Of(["Name"], names.Order(StringComparer.Ordinal).Select(n => new[] { Value.Of(n) }));

    static async Task<DataSet> SnapshotsAsync(ExecutionScope scope, CancellationToken cancellationToken)
    {
        var snapshots = (await scope.Meta.CallAsync(MetaService.ListSnapshots, ListSnapshotsReq.Empty, cancellationToken)).Snapshots;
        return Table.Of(["Name", "Status", "Hosts"], snapshots.Select(s => new[] { Value.Of(s.Name), Value.Of(s.Status.ToString()), Value.Of(s.Hosts) }));
    }

    static async Task<DataSet> PartsAsync(ExecutionScope scope, CancellationToken cancellationToken)
    {
        var space = await scope.SpaceAsync(cancellationToken);
        var parts = (await scope.Meta.CallAsync(MetaService.ListParts, new ListPartsReq { SpaceId = space.Id }, cancellationToken)).Parts;
        return Table.Of(["Partition ID", "Leader", "Peers", "Losts"], parts.OrderBy(p => p.PartId).Select(p => new[]
        {
            Value.Of((long)p.PartId), Value.Of(p.Leader?.ToAddress().ToString() ?? ""), Hosts(p.Peers), Hosts(p.Losts),
        }));
    }

    static Value Hosts(IEnumerable<HostAddr> hosts) => Value.Of(MetaValues.HostList(hosts.Select(h => h.ToAddress())));

    static async Task<DataSet> StatsAsync(ExecutionScope scope, CancellationToken cancellationToken)
    {
        var space = await scope.SpaceAsync(cancellationToken);
        var stats = (await scope.Meta.CallAsync(MetaService.GetStats, new GetStatsReq { SpaceId = space.Id }, cancellationToken)).Stats;
        return Table.Of(["Type", "Name", "Count"],
        [
            .. stats.TagVertices.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => Count("Tag", t.Key, t.Value)),
            .. stats.Edges.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => Count("Edge", e.Key, e.Value)),
            Count("Space", "vertices", stats.SpaceVertices),
            Count("Space", "edges", stats.SpaceEdges),
        ]);
    }

    static IReadOnlyList<Value> Count(string type, string name, long count) => [Value.Of(type), Value.Of(name), Value.Of(count)];

    static async Task<DataSet> JobsAsync(ExecutionScope scope, CancellationToken cancellationToken)
    {
        var space = await scope.SpaceAsync(cancellationToken);
        var request = new AdminJobReq { SpaceId = space.Id, Op = JobOp.SHOW_All };
        var jobs = (await scope.Meta.CallAsync(MetaService.RunAdminJob, request, cancellationToken)).Result.JobDesc ?? [];
        return Table.Of(["Job Id", "Command", "Status", "Start Time", "Stop Time"], jobs.OrderByDescending(j => j.JobId).Select(j => new[]
        {
            Value.Of((long)j.JobId), Value.Of(j.Type == JobType.ZONE_BALANCE ? "DATA_BALANCE" : j.Type.ToString()), Value.Of(j.Status.ToString()),
            Time(j.StartTime), Time(j.StopTime),
        }));
    }

    static Value Time(long seconds)
    {
        if (seconds == 0) return Value.Empty;
        var time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return new Value
        {
            DtVal = new GraphDateTime
            {
                Year = (short)time.Year,
                Month = (sbyte)time.Month,
                Day = (sbyte)time.Day,
                Hour = (sbyte)time.Hour,
                Minute = (sbyte)time.Minute,
                Sec = (sbyte)time.Second,
            },
        };
    }
}
