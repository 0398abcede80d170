using NebulaKeep.DevCluster.Clients;
using NebulaKeep.DevCluster.Graph.Language;
using NebulaKeep.DevCluster.Graph.Values;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Graph.Execution;

/// <summary>FETCH PROP ON an edge: a row for each edge found.</summary>
static class FetchEdges
{
    static readonly string[] KeyColumns = ["_src", "_type", "_rank", "_dst"];

    public static async Task<DataSet?> RunAsync(ExecutionScope scope, FetchEdgeStatement fetch, CancellationToken cancellationToken)
    {
        if (fetch.Yield is not { } yield) throw StatementException.Semantic("Missing yield clause.");
        var space = await scope.SpaceAsync(cancellationToken);
        var edges = await scope.Meta.EdgesAsync(space.Id, cancellationToken);
        if (!edges.TryGetValue(fetch.Edge, out var edge)) throw StatementException.Execution($"EdgeNotFound: EdgeName `{fetch.Edge}`");
        var vids = scope.Vids(space);
        var parts = vids.ByPartition(fetch.Keys.Select(k => KeyRow(vids, edge.Id, k)), row => row.Values[0].SVal!);
        var answers = await scope.StorageAsync(space, parts, Call(space, edge), cancellationToken);

        // A missing edge comes back as a row of empty values.
        var found = answers.SelectMany(a => a.Props?.Rows ?? []).Where(r => r.Values[0].Field != ValueField.None);
        var rows = found.Select(r => new FetchedEdge(EdgeOf(r, edge), scope.Evaluator));
        return Table.Of([.. yield.Select(c => c.Name)], rows.Select(e => yield.Select(c => e.Evaluate(c.Expression)).ToList()));
    }

    static StorageCall<IReadOnlyList<Row>, GetPropRequest, GetPropResponse> Call(SpaceInfo space, SchemaInfo edge) => new(
        GraphStorageService.GetProps,
        parts => new GetPropRequest
        {
            SpaceId = space.Id,
            Parts = parts,
            EdgeProps = [new EdgeProp { Type = edge.Id, Props = [.. KeyColumns, .. edge.Columns.Select(c => c.Name)] }],
        },
        response => response.Result);

    static Row KeyRow(VidCodec vids, int type, EdgeKeyClause key) => new()
    {
        Values = [VidCodec.ToWire(vids.Encode(key.Source)), Value.Of((long)type), Value.Of(key.Rank), VidCodec.ToWire(vids.Encode(key.Target))],
    };

    // The type on the wire is +1 for an out-edge, never the id (spec/graph-service.md §5).
    static Edge EdgeOf(Row row, SchemaInfo edge) => new()
    {
        Src = row.Values[0],
        Dst = row.Values[3],
        Type = 1,
        Name = edge.Name,
        Ranking = row.Values[2].IVal ?? 0,
        Props = edge.Columns.Select((c, i) => (c.Name, Value: row.Values[KeyColumns.Length + i])).ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal),
    };
}
