using NebulaKeep.DevCluster.Codec;
using NebulaKeep.DevCluster.Storage.Catalog;
using NebulaKeep.DevCluster.Storage.Engine;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Storage.Service;

/// <summary>getProps and get: reads of keys that the caller names.</summary>
sealed class Queries(PartRunner runner)
{
    const int EdgeKeyValues = 4;

    public async Task<GetPropResponse> GetPropsAsync(GetPropRequest request, CancellationToken cancellationToken)
    {
        var rows = new List<Row>();
        var columns = new List<string>();
        var result = await runner.RunInOrderAsync(request.SpaceId, request.Parts, async (store, partition, keys, token) =>
        {
            if (request.VertexProps is null == request.EdgeProps is null) return ErrorCode.E_INVALID_OPERATION;
            var code = await PartRunner.LeadsAsync(partition, token);
            if (code == ErrorCode.SUCCEEDED) Read(store.Info, partition.Engine, partition.Id, request, keys, columns, rows);
            return code;
        }, cancellationToken);
        return new GetPropResponse { Result = result, Props = new DataSet { ColumnNames = columns, Rows = Limited(rows, request) } };
    }

    public async Task<KVGetResponse> GetAsync(KVGetRequest request, CancellationToken cancellationToken)
    {
        var found = new Dictionary<byte[], byte[]>();
        var result = await runner.RunInOrderAsync(request.SpaceId, request.Parts, async (_, partition, keys, token) =>
        {
            var code = await PartRunner.LeadsAsync(partition, token);
            if (code != ErrorCode.SUCCEEDED) return code;
            foreach (var key in keys)
                if (partition.Engine.Database.Get(StorageKeys.KeyValue(partition.Id, key)) is { } value) found[key] = value;
                else if (!request.ReturnPartly) code = ErrorCode.E_PARTIAL_RESULT;
            return code;
        }, cancellationToken);
        return new KVGetResponse { Result = result, KeyValues = found };
    }

    static void Read(SpaceInfo space, SpaceEngine engine, int part, GetPropRequest request, IReadOnlyList<Row> keys, List<string> columns, List<Row> rows)
    {
        if (request.VertexProps is { } tags) ReadVertices(space, engine, part, Projections.OfTags(space, tags), keys, columns, rows);
        else ReadEdges(space, engine, part, Projections.OfEdges(space, request.EdgeProps!), keys, columns, rows);
    }

    static void ReadVertices(
        SpaceInfo space, SpaceEngine engine, int part, List<Projection> tags, IReadOnlyList<Row> keys, List<string> columns, List<Row> rows)
    {
        if (columns.Count == 0) columns.AddRange([Projections.VidColumn, .. tags.SelectMany(tag => tag.ColumnNames)]);
        foreach (var key in keys)
        {
            if (key.Values.Count != 1) throw new CodedException(ErrorCode.E_INVALID_VID, "A vertex is named by one value");
            if (Projections.Vertex(space, engine, part, Vids.FromWire(space, key.Values[0]), tags) is { } row) rows.Add(row);
        }
    }

    static void ReadEdges(
        SpaceInfo space, SpaceEngine engine, int part, List<Projection> edges, IReadOnlyList<Row> keys, List<string> columns, List<Row> rows)
    {
        if (columns.Count == 0) columns.AddRange(edges.SelectMany(edge => edge.ColumnNames));
        foreach (var key in keys)
        {
            var raw = EdgeKeyOf(space, part, key);
            if (!StorageKeys.TryParseEdge(raw, space.VidLength, out var parsed)) throw new StorageException("An edge key came out wrong");
            rows.Add(Projections.Edge(space, parsed, engine.Database.Get(raw), edges));
        }
    }

    /// <summary>From source, type, rank and destination, in this order.</summary>
    static byte[] EdgeKeyOf(SpaceInfo space, int part, Row key) =>
        key.Values is [var source, { IVal: { } type }, { IVal: { } rank }, var destination] && type is >= int.MinValue and <= int.MaxValue
            ? StorageKeys.Edge(part, Vids.FromWire(space, source), (int)type, rank, Vids.FromWire(space, destination), space.VidLength)
            : throw new CodedException(ErrorCode.E_INVALID_OPERATION, $"An edge is named by {EdgeKeyValues} values: source, type, rank, destination");

    static List<Row> Limited(List<Row> rows, GetPropRequest request)
    {
        var distinct = request.Dedup ? [.. rows.Distinct()] : rows;
        return request.Limit is >= 0 and var limit && limit < distinct.Count ? [.. distinct.Take((int)limit)] : distinct;
    }
}
