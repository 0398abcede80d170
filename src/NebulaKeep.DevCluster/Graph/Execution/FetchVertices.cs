using NebulaKeep.DevCluster.Clients;
using NebulaKeep.DevCluster.Graph.Language;
using NebulaKeep.DevCluster.Graph.Values;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.DevCluster.Graph.Execution;

/// <summary>FETCH PROP ON tags or <c>*</c>: a row for each vertex found.</summary>
static class FetchVertices
{
    const string TagColumn = "_tag";

    public static async Task<DataSet?> RunAsync(ExecutionScope scope, FetchVertexStatement fetch, CancellationToken cancellationToken)
    {
        if (fetch.Yield is not { } yield) throw StatementException.Semantic("Missing yield clause.");
        var space = await scope.SpaceAsync(cancellationToken);
        var known = await scope.Meta.TagsAsync(space.Id, cancellationToken);
        var tags = fetch.Tags is null ? [.. known.Values] : fetch.Tags.Select(t => known.GetValueOrDefault(t) ?? throw NotFound(t)).ToList();
        var vids = scope.Vids(space);
        var rows = fetch.Vids.Select(vids.Encode).Distinct(ByteArrayComparer.Instance);
        var parts = vids.ByPartition(rows, vid => vid)
            .ToDictionary(p => p.Key, p => (IReadOnlyList<Row>)[.. p.Value.Select(vid => new Row { Values = [VidCodec.ToWire(vid)] })]);
        var answers = tags.Count == 0 ? [] : await scope.StorageAsync(space, parts, Call(space, tags), cancellationToken);
        var found = answers.SelectMany(a => a.Props?.Rows ?? []).Select(row => new FetchedVertex(VertexOf(row, tags), scope.Evaluator));
        return Table.Of([.. yield.Select(c => c.Name)], found.Select(v => yield.Select(c => v.Evaluate(c.Expression)).ToList()));
    }

    static StatementException NotFound(string tag) => StatementException.Execution($"TagNotFound: TagName `{tag}`");

    static StorageCall<IReadOnlyList<Row>, GetPropRequest, GetPropResponse> Call(SpaceInfo space, List<SchemaInfo> tags) => new(
        GraphStorageService.GetProps,
        parts => new GetPropRequest
        {
            SpaceId = space.Id,
            Parts = parts,
            VertexProps = [.. tags.Select(t => new VertexProp { Tag = t.Id, Props = [TagColumn, .. t.Columns.Select(c => c.Name)] })],
        },
        response => response.Result);

    // Columns: _vid, then for each tag _tag (empty: the vertex has it not) and its properties.
    static Vertex VertexOf(Row row, List<SchemaInfo> tags)
    {
        var present = new List<Tag>();
        var at = 1;
        foreach (var tag in tags)
        {
            if (row.Values[at].Field != ValueField.None) present.Add(new Tag { Name = tag.Name, Props = Properties(row, at + 1, tag) });
            at += 1 + tag.Columns.Count;
        }

        return new Vertex { Vid = row.Values[0], Tags = present };
    }

    static Dictionary<string, Value> Properties(Row row, int first, SchemaInfo tag) =>
        tag.Columns.Select((c, i) => (c.Name, Value: row.Values[first + i])).ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
}
