using NebulaKeep.DevCluster.Graph.Language;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Graph.Execution;

/// <summary>SHOW HOSTS with leaders and partitions and a row of totals, and SHOW HOSTS of a role (spec/graph-service.md §7).</summary>
static class ShowHosts
{
    const string Nothing = "No valid partition";

    static readonly string[] Columns =
        ["Host", "Port", "Status", "Leader count", "Leader distribution", "Partition distribution", "Version"];

    public static async Task<DataSet> RunAsync(ExecutionScope scope, ShowSubject subject, CancellationToken cancellationToken)
    {
        var request = new ListHostsReq { Type = TypeOf(subject) };
        var hosts = (await scope.Meta.CallAsync(MetaService.ListHosts, request, cancellationToken)).Hosts;
        return subject == ShowSubject.Hosts ? WithTotal(hosts) : OfRole(hosts);
    }

    static ListHostType TypeOf(ShowSubject subject) => subject switch
    {
        ShowSubject.AgentHosts => ListHostType.AGENT,
        ShowSubject.MetaHosts => ListHostType.META,
        ShowSubject.GraphHosts => ListHostType.GRAPH,
        ShowSubject.StorageHosts => ListHostType.STORAGE,
        _ => ListHostType.ALLOC,
    };

    static DataSet OfRole(IReadOnlyList<HostItem> hosts) => Table.Of(["Host", "Port", "Status", "Role", "Git Info Sha", "Version"], hosts.Select(h => new[]
    {
        Value.Of(h.HostAddr.Host), Value.Of((long)h.HostAddr.Port), Value.Of(h.Status.ToString()), Value.Of(h.Role.ToString()),
        Value.Of(h.GitInfoSha), Table.Optional(h.Version),
    }));

    static DataSet WithTotal(IReadOnlyList<HostItem> hosts) => Table.Of(Columns, [.. hosts.Select(Row), Total(hosts)]);

    static IReadOnlyList<Value> Row(HostItem host) =>
    [
        Value.Of(host.HostAddr.Host), Value.Of((long)host.HostAddr.Port), Value.Of(host.Status.ToString()),
        Value.Of(host.LeaderParts.Values.Sum(p => (long)p.Count)),
        Value.Of(Distribution(host.LeaderParts) ?? Nothing), Value.Of(Distribution(host.AllParts) ?? Nothing), Table.Optional(host.Version),
    ];

    // The real row of totals has six values under seven columns.
    static IReadOnlyList<Value> Total(IReadOnlyList<HostItem> hosts) =>
    [
        Value.Of("Total"), Value.Empty, Value.Empty, Value.Of(hosts.Sum(h => h.LeaderParts.Values.Sum(p => (long)p.Count))),
        Table.Optional(Distribution(hosts.SelectMany(h => h.LeaderParts))), Table.Optional(Distribution(hosts.SelectMany(h => h.AllParts))),
    ];

    static string? Distribution(IEnumerable<KeyValuePair<string, IReadOnlyList<int>>> parts)
    {
        var bySpace = parts.GroupBy(p => p.Key, p => p.Value.Count, StringComparer.Ordinal).Select(g => (Space: g.Key, Count: g.Sum())).Where(s => s.Count > 0);
        var text = string.Join(", ", bySpace.OrderBy(s => s.Space, StringComparer.Ordinal).Select(s => $"{s.Space}:{s.Count}"));
        return text.Length == 0 ? null : text;
    }
}
