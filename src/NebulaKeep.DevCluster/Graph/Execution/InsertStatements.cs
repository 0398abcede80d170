using NebulaKeep.DevCluster.Clients;
using NebulaKeep.DevCluster.Graph.Language;
using NebulaKeep.DevCluster.Graph.Values;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Graph.Execution;

/// <summary>
/// INSERT VERTEX and INSERT EDGE. Vertices carry the columns named and storaged adds defaults; edges carry all columns, defaults worked
/// out here, once in each direction (spec/row-format.md §3, §6).
/// </summary>
static class InsertStatements
{
    public static async Task<DataSet?> VerticesAsync(ExecutionScope scope, InsertVertexStatement insert, CancellationToken cancellationToken)
    {
        var space = await scope.SpaceAsync(cancellationToken);
        var known = await scope.Meta.TagsAsync(space.Id, cancellationToken);
        var tags = insert.Tags.Select(t => (Schema: Named(known, t.Tag), Names: t.Names)).Select(t => (t.Schema, Names: Checked(t.Schema, t.Names))).ToList();
        var vids = scope.Vids(space);
        var rows = insert.Rows.Select(row => (Vid: vids.Encode(row.Vid), Tags: Split(scope, tags, row.Values))).ToList();
        var parts = vids.ByPartition(rows, row => row.Vid).ToDictionary(
            p => p.Key, p => (IReadOnlyList<NewVertex>)[.. p.Value.Select(r => new NewVertex { Id = VidCodec.ToWire(r.Vid), Tags = r.Tags })]);
        var names = tags.ToDictionary(t => t.Schema.Id, t => t.Names);
        await scope.StorageAsync(space, parts, VertexCall(space, names, insert.IfNotExists), cancellationToken);
        return null;
    }

    public static async Task<DataSet?> EdgesAsync(ExecutionScope scope, InsertEdgeStatement insert, CancellationToken cancellationToken)
    {
        var space = await scope.SpaceAsync(cancellationToken);
        var edges = await scope.Meta.EdgesAsync(space.Id, cancellationToken);
        if (!edges.TryGetValue(insert.Edge, out var edge)) throw StatementException.Execution($"EdgeNotFound: EdgeName `{insert.Edge}`");
        var (names, vids) = (Checked(edge, insert.Names), scope.Vids(space));
        var both = insert.Rows.SelectMany(row => Directions(scope, vids, edge, names, row)).ToList();
        var parts = vids.ByPartition(both, e => e.Key.Src.SVal!);
        IReadOnlyList<string> all = [.. edge.Columns.Select(c => c.Name)];
        await scope.StorageAsync(space, parts, EdgeCall(space, all, insert.IfNotExists), cancellationToken);
        return null;
    }

    static StorageCall<IReadOnlyList<NewVertex>, AddVerticesRequest, ExecResponse> VertexCall(
        SpaceInfo space, IReadOnlyDictionary<int, IReadOnlyList<string>> names, bool ifNotExists) => new(
        GraphStorageService.AddVertices,
        parts => new AddVerticesRequest { SpaceId = space.Id, Parts = parts, PropNames = names, IfNotExists = ifNotExists },
        response => response.Result);

    static StorageCall<IReadOnlyList<NewEdge>, AddEdgesRequest, ExecResponse> EdgeCall(SpaceInfo space, IReadOnlyList<string> names, bool ifNotExists) => new(
        GraphStorageService.AddEdges,
        parts => new AddEdgesRequest { SpaceId = space.Id, Parts = parts, PropNames = names, IfNotExists = ifNotExists },
        response => response.Result);

    static SchemaInfo Named(IReadOnlyDictionary<string, SchemaInfo> known, string name) =>
        known.GetValueOrDefault(name) ?? throw StatementException.Semantic($"No schema found for `{name}'");

    static IReadOnlyList<string> Checked(SchemaInfo schema, IReadOnlyList<string>? names)
    {
        if (names is null) return [.. schema.Columns.Select(c => c.Name)];
        var unknown = names.FirstOrDefault(n => schema.Columns.All(c => c.Name != n));
        return unknown is null ? names : throw StatementException.Semantic($"Unknown column `{unknown}' in schema");
    }

    // The values of several tags stand in one list, in the order of the tags.
    static List<NewTag> Split(ExecutionScope scope, List<(SchemaInfo Schema, IReadOnlyList<string> Names)> tags, IReadOnlyList<Expression> values)
    {
        CheckCount(tags.Sum(t => t.Names.Count), values);
        var split = new List<NewTag>();
        var at = 0;
        foreach (var (schema, names) in tags)
        {
            split.Add(new NewTag { TagId = schema.Id, Props = [.. values.Skip(at).Take(names.Count).Select(scope.Evaluator.Evaluate)] });
            at += names.Count;
        }

        return split;
    }

    static IEnumerable<NewEdge> Directions(ExecutionScope scope, VidCodec vids, SchemaInfo edge, IReadOnlyList<string> names, EdgeRow row)
    {
        CheckCount(names.Count, row.Values);
        var given = new Dictionary<string, Value>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++) given[names[i]] = scope.Evaluator.Evaluate(row.Values[i]);
        IReadOnlyList<Value> props = [.. edge.Columns.Select(c => given.GetValueOrDefault(c.Name) ?? Default(scope, c))];
        var (source, target) = (VidCodec.ToWire(vids.Encode(row.Key.Source)), VidCodec.ToWire(vids.Encode(row.Key.Target)));
        yield return new NewEdge { Key = new EdgeKey { Src = source, EdgeType = edge.Id, Ranking = row.Key.Rank, Dst = target }, Props = props };
        yield return new NewEdge { Key = new EdgeKey { Src = target, EdgeType = -edge.Id, Ranking = row.Key.Rank, Dst = source }, Props = props };
    }

    static Value Default(ExecutionScope scope, ColumnDef column)
    {
        if (column.DefaultValue is { Length: > 0 } stored) return DefaultExpression.Evaluate(stored, scope.Evaluator);
        return column.Nullable == true ? Value.Null : throw StatementException.Semantic($"The property `{column.Name}' is not nullable and has no default value.");
    }

    static void CheckCount(int expected, IReadOnlyList<Expression> values)
    {
        if (values.Count != expected) throw StatementException.Semantic("Column count doesn't match value count.");
    }
}
