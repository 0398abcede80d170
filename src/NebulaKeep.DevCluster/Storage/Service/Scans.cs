using NebulaKeep.DevCluster.Codec;
using NebulaKeep.DevCluster.Storage.Catalog;
using NebulaKeep.DevCluster.Storage.Engine;
using NebulaKeep.DevCluster.Storage.Replication;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.RocksDb;

namespace NebulaKeep.DevCluster.Storage.Service;

/// <summary>
/// scanVertex and scanEdge: all of a partition, in pages. The cursor is the raw key to go on with; the limit counts the rows of the whole
/// answer, so partitions asked for last may give nothing but a cursor (spec/graph-service.md §9).
/// </summary>
sealed class Scans(PartRunner runner)
{
    public async Task<ScanResponse> VerticesAsync(ScanVertexRequest request, CancellationToken cancellationToken)
    {
        var page = new ScanPage(request.Limit);
        var result = await ScanAsync(request.SpaceId, request.Parts, request.EnableReadFromFollower, page, (store, partition, from) =>
        {
            var tags = Projections.OfTags(store.Info, request.ReturnColumns);
            page.SetColumns([Projections.VidColumn, .. tags.SelectMany(tag => tag.ColumnNames)]);
            return tags.Count == 0 ? null : Vertices(store.Info, partition, tags, from, page);
        }, cancellationToken);
        return page.Answer(result);
    }

    public async Task<ScanResponse> EdgesAsync(ScanEdgeRequest request, CancellationToken cancellationToken)
    {
        var page = new ScanPage(request.Limit);
        var result = await ScanAsync(request.SpaceId, request.Parts, request.EnableReadFromFollower, page, (store, partition, from) =>
        {
            var edges = Projections.OfEdges(store.Info, request.ReturnColumns);
            page.SetColumns([.. edges.SelectMany(edge => edge.ColumnNames)]);
            return edges.Count == 0 ? null : Edges(store.Info, partition, edges, from, page);
        }, cancellationToken);
        return page.Answer(result);
    }

    Task<ResponseCommon> ScanAsync(
        int space, IReadOnlyDictionary<int, ScanCursor> parts, bool alsoFollowers, ScanPage page,
        Func<SpaceStore, Partition, byte[]?, byte[]?> scan, CancellationToken cancellationToken) =>
        runner.RunInOrderAsync(space, parts, async (store, partition, cursor, token) =>
        {
            var code = await PartRunner.LeadsAsync(partition, token);
            if (code != ErrorCode.SUCCEEDED && !(alsoFollowers && !partition.IsLeader)) return code;
            page.SetCursor(partition.Id, scan(store, partition, cursor.NextCursor));
            return ErrorCode.SUCCEEDED;
        }, cancellationToken);

    /// <summary>One row for each vid; gives the key to go on with, or null at the end.</summary>
    static byte[]? Vertices(SpaceInfo space, Partition partition, List<Projection> tags, byte[]? from, ScanPage page)
    {
        using var cursor = partition.Engine.Database.ScanPrefix(StorageKeys.Item(KeyType.Tag, partition.Id));
        byte[]? vid = null;
        for (var more = Start(cursor, from); more; more = cursor.MoveNext())
        {
            if (!StorageKeys.TryParseTag(cursor.Key, space.VidLength, out var key) || (vid is not null && key.PaddedVid.AsSpan().SequenceEqual(vid))) continue;
            if (page.IsFull) return cursor.Key.ToArray();
            vid = key.PaddedVid;
            if (Projections.Vertex(space, partition.Engine, partition.Id, vid, tags) is { } row) page.Add(row);
        }
        return null;
    }

    static byte[]? Edges(SpaceInfo space, Partition partition, List<Projection> edges, byte[]? from, ScanPage page)
    {
        var types = edges.Select(edge => edge.Id).ToHashSet();
        using var cursor = partition.Engine.Database.ScanPrefix(StorageKeys.Item(KeyType.Edge, partition.Id));
        for (var more = Start(cursor, from); more; more = cursor.MoveNext())
        {
            if (!StorageKeys.TryParseEdge(cursor.Key, space.VidLength, out var key) || !types.Contains(key.EdgeType)) continue;
            if (page.IsFull) return cursor.Key.ToArray();
            page.Add(Projections.Edge(space, key, cursor.Value, edges));
        }
        return null;
    }

    static bool Start(RocksCursor cursor, byte[]? from) => from is { Length: > 0 } ? cursor.Seek(from) : cursor.MoveNext();
}
