using NebulaKeep.Nebula.Storage;
using NebulaKeep.Thrift.Server;

namespace NebulaKeep.DevCluster.Storage.Service;

/// <summary>What the data port answers.</summary>
static class GraphStorageMethods
{
    public static ThriftHandlers Build(PartRunner runner)
    {
        var (mutations, queries, scans) = (new Mutations(runner), new Queries(runner), new Scans(runner));
        return new ThriftHandlers()
            .On(GraphStorageService.AddVertices, mutations.AddVerticesAsync)
            .On(GraphStorageService.AddEdges, mutations.AddEdgesAsync)
            .On(GraphStorageService.DeleteVertices, mutations.DeleteVerticesAsync)
            .On(GraphStorageService.DeleteTags, mutations.DeleteTagsAsync)
            .On(GraphStorageService.DeleteEdges, mutations.DeleteEdgesAsync)
            .On(GraphStorageService.Put, mutations.PutAsync)
            .On(GraphStorageService.Remove, mutations.RemoveAsync)
            .On(GraphStorageService.GetProps, queries.GetPropsAsync)
            .On(GraphStorageService.Get, queries.GetAsync)
            .On(GraphStorageService.ScanVertex, scans.VerticesAsync)
            .On(GraphStorageService.ScanEdge, scans.EdgesAsync);
    }
}
