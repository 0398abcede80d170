using NebulaKeep.DevCluster.Clients;
using NebulaKeep.DevCluster.Graph.Language;
using NebulaKeep.DevCluster.Graph.Values;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Graph.Execution;

/// <summary>DELETE VERTEX, which leaves edges as the real graphd does without WITH EDGE, and DELETE EDGE in both directions.</summary>
static class DeleteStatements
{
    public static async Task<DataSet?> VerticesAsync(ExecutionScope scope, DeleteVertexStatement delete, CancellationToken cancellationToken)
    {
        var space = await scope.SpaceAsync(cancellationToken);
        var vids = scope.Vids(space);
        var parts = vids.ByPartition(delete.Vids.Select(vids.Encode), vid => vid)
            .ToDictionary(p => p.Key, p => (IReadOnlyList<Value>)[.. p.Value.Select(VidCodec.ToWire)]);
        var call = new StorageCall<IReadOnlyList<Value>, DeleteVerticesRequest, ExecResponse>(
            GraphStorageService.DeleteVertices, p => new DeleteVerticesRequest { SpaceId = space.Id, Parts = p }, r => r.Result);
        await scope.StorageAsync(space, parts, call, cancellationToken);
        return null;
    }

    public static async Task<DataSet?> EdgesAsync(ExecutionScope scope, DeleteEdgeStatement delete, CancellationToken cancellationToken)
    {
        var space = await scope.SpaceAsync(cancellationToken);
        var edges = await scope.Meta.EdgesAsync(space.Id, cancellationToken);
        if (!edges.TryGetValue(delete.Edge, out var edge)) throw StatementException.Execution($"EdgeNotFound: EdgeName `{delete.Edge}`");
        var vids = scope.Vids(space);
        var parts = vids.ByPartition(delete.Keys.SelectMany(k => Directions(vids, edge.Id, k)), key => key.Src.SVal!);
        var call = new StorageCall<IReadOnlyList<EdgeKey>, DeleteEdgesRequest, ExecResponse>(
            GraphStorageService.DeleteEdges, p => new DeleteEdgesRequest { SpaceId = space.Id, Parts = p }, r => r.Result);
        await scope.StorageAsync(space, parts, call, cancellationToken);
        return null;
    }

    static IEnumerable<EdgeKey> Directions(VidCodec vids, int type, EdgeKeyClause key)
    {
        var (source, target) = (VidCodec.ToWire(vids.Encode(key.Source)), VidCodec.ToWire(vids.Encode(key.Target)));
        yield return new EdgeKey { Src = source, EdgeType = type, Ranking = key.Rank, Dst = target };
        yield return new EdgeKey { Src = target, EdgeType = -type, Ranking = key.Rank, Dst = source };
    }
}
