using System.Runtime.CompilerServices;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Clients;

/// <summary>Reads all vertices or all edges of a space, partition by partition from their leaders, a page at a time.</summary>
sealed class SpaceScan(StorageRouter router)
{
    const int PageRows = 2000;

    /// <summary>A row for each vertex: <c>_vid</c>, then the columns asked for (spec/graph-service.md §9).</summary>
    public IAsyncEnumerable<DataSet> VerticesAsync(int space, int partitions, IReadOnlyList<VertexProp> columns, CancellationToken cancellationToken)
    {
        var call = new StorageCall<ScanCursor, ScanVertexRequest, ScanResponse>(
            GraphStorageService.ScanVertex,
            parts => new ScanVertexRequest { SpaceId = space, Parts = parts, ReturnColumns = columns, Limit = PageRows, EnableReadFromFollower = false },
            response => response.Result);
        return PagesAsync(space, partitions, call, cancellationToken);
    }

    /// <summary>A row for each edge of the types asked for.</summary>
    public IAsyncEnumerable<DataSet> EdgesAsync(int space, int partitions, IReadOnlyList<EdgeProp> columns, CancellationToken cancellationToken)
    {
        var call = new StorageCall<ScanCursor, ScanEdgeRequest, ScanResponse>(
            GraphStorageService.ScanEdge,
            parts => new ScanEdgeRequest { SpaceId = space, Parts = parts, ReturnColumns = columns, Limit = PageRows, EnableReadFromFollower = false },
            response => response.Result);
        return PagesAsync(space, partitions, call, cancellationToken);
    }

    async IAsyncEnumerable<DataSet> PagesAsync<TRequest>(
        int space, int partitions, StorageCall<ScanCursor, TRequest, ScanResponse> call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var part = 1; part <= partitions; part++)
        {
            for (var cursor = new ScanCursor(); ;)
            {
                // Refusals of leaders that had moved come before it.
                var page = (await router.CallAsync(space, new Dictionary<int, ScanCursor> { [part] = cursor }, call, cancellationToken))[^1];
                if (page.Props is { } rows) yield return rows;
                if (!page.Cursors.TryGetValue(part, out cursor!) || cursor.NextCursor is null) break;
            }
        }
    }
}
