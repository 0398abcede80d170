using NebulaKeep.Core;
using NebulaKeep.DevCluster.Clients;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Thrift.Messages;

namespace NebulaKeep.DevCluster.Graph;

/// <summary>A space with what statements need of it.</summary>
sealed record SpaceInfo(int Id, SpaceDesc Desc)
{
    public string Name => Desc.SpaceName;

    public int Partitions => Desc.PartitionNum;

    public bool HasIntegerVids => Desc.VidType.Type == PropertyType.INT64;
}

/// <summary>A tag or edge in its newest version.</summary>
sealed record SchemaInfo(int Id, string Name, Schema Schema)
{
    public IReadOnlyList<ColumnDef> Columns => Schema.Columns;
}

/// <summary>
/// What graphd asks of metad. Nothing is cached: unlike the real graphd, a changed schema holds for the next statement. Codes become
/// <see cref="StatementException"/>s.
/// </summary>
sealed class GraphMeta(MetaCaller caller) : IPartLeaders
{
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        ThriftMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken) where TResponse : IMetaResponse
    {
        var response = await TryAsync(method, request, cancellationToken);
        if (response.Code != ErrorCode.SUCCEEDED) throw StatementException.Execution(StatusTexts.OfMeta(response.Code));
        return response;
    }

    /// <summary>The space; the text of the failure is that of USE.</summary>
    public async Task<SpaceInfo> SpaceAsync(string name, CancellationToken cancellationToken)
    {
        var response = await TryAsync(MetaService.GetSpace, new GetSpaceReq { SpaceName = name }, cancellationToken);
        return response.Code switch
        {
            ErrorCode.SUCCEEDED => new SpaceInfo(response.Item.SpaceId, response.Item.Properties),
            ErrorCode.E_SPACE_NOT_FOUND => throw StatementException.Execution($"SpaceNotFound: SpaceName `{name}`"),
            var code => throw StatementException.Execution(StatusTexts.OfMeta(code)),
        };
    }

    public async Task<IReadOnlyDictionary<string, SchemaInfo>> TagsAsync(int space, CancellationToken cancellationToken)
    {
        var response = await CallAsync(MetaService.ListTags, new ListTagsReq { SpaceId = space }, cancellationToken);
        return Newest(response.Tags.Select(t => (t.Version, Info: new SchemaInfo(t.TagId, t.TagName, t.Schema))));
    }

    public async Task<IReadOnlyDictionary<string, SchemaInfo>> EdgesAsync(int space, CancellationToken cancellationToken)
    {
        var response = await CallAsync(MetaService.ListEdges, new ListEdgesReq { SpaceId = space }, cancellationToken);
        return Newest(response.Edges.Select(e => (e.Version, Info: new SchemaInfo(e.EdgeType, e.EdgeName, e.Schema))));
    }

    public async Task<IReadOnlyDictionary<int, HostAddress>> LeadersAsync(int space, CancellationToken cancellationToken)
    {
        var response = await CallAsync(MetaService.ListParts, new ListPartsReq { SpaceId = space }, cancellationToken);
        return response.Parts.ToDictionary(p => p.PartId, p => (p.Leader ?? p.Peers[0]).ToAddress());
    }

    public async Task<TResponse> TryAsync<TRequest, TResponse>(
        ThriftMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken) where TResponse : IMetaResponse
    {
        try
        {
            return await caller.CallAsync(method, request, cancellationToken);
        }
        catch (NebulaKeepException e) when (e is not StatementException)
        {
            throw StatementException.Execution("RPC failure in MetaClient: " + e.Message);
        }
    }

    static Dictionary<string, SchemaInfo> Newest(IEnumerable<(long Version, SchemaInfo Info)> versions) =>
        versions.GroupBy(v => v.Info.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.MaxBy(v => v.Version).Info, StringComparer.Ordinal);
}
