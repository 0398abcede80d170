using NebulaKeep.Core;
using NebulaKeep.DevCluster.Clients;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Thrift.Messages;

namespace NebulaKeep.DevCluster.Storage.Catalog;

/// <summary>Asks the metad that leads; finds it by asking any of them.</summary>
sealed class MetaSource(IReadOnlyList<HostAddress> metads, ThriftPool pool) : IMetaSource
{
    /// <summary>A metad that hangs must not hold up the others' turn.</summary>
    static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    HostAddress leader = metads[0];

    public Task<HBResp> HeartbeatAsync(HBReq request, CancellationToken cancellationToken) =>
        CallAsync(MetaService.HeartBeat, request, cancellationToken);

    public async Task<IReadOnlyDictionary<int, SpaceInfo>> ReadSpacesAsync(CancellationToken cancellationToken)
    {
        var list = Checked(await CallAsync(MetaService.ListSpaces, new ListSpacesReq(), cancellationToken), "listSpaces");
        var spaces = new Dictionary<int, SpaceInfo>();
        foreach (var item in list.Spaces)
            if (await ReadSpaceAsync(item.Name, cancellationToken) is { } space)
                spaces[space.Id] = space;
        return spaces;
    }

    async Task<SpaceInfo?> ReadSpaceAsync(string name, CancellationToken cancellationToken)
    {
        var space = await CallAsync(MetaService.GetSpace, new GetSpaceReq { SpaceName = name }, cancellationToken);
        // Dropped since it was listed.
        if (space.Code == ErrorCode.E_SPACE_NOT_FOUND) return null;
        var id = Checked(space, "getSpace").Item.SpaceId;
        var parts = Checked(await CallAsync(MetaService.GetPartsAlloc, new GetPartsAllocReq { SpaceId = id }, cancellationToken), "getPartsAlloc");
        var tags = Checked(await CallAsync(MetaService.ListTags, new ListTagsReq { SpaceId = id }, cancellationToken), "listTags");
        var edges = Checked(await CallAsync(MetaService.ListEdges, new ListEdgesReq { SpaceId = id }, cancellationToken), "listEdges");
        var vid = space.Item.Properties.VidType;
        return new SpaceInfo(id, vid.Type == PropertyType.INT64 ? sizeof(long) : vid.TypeLength ?? sizeof(long), vid.Type == PropertyType.INT64,
            parts.Parts.ToDictionary(part => part.Key, part => (IReadOnlyList<HostAddress>)[.. part.Value.Select(host => host.ToAddress())]),
            SchemaReader.Tags(tags.Tags), SchemaReader.Edges(edges.Edges));
    }

    static T Checked<T>(T response, string method) where T : IMetaResponse => response.Code == ErrorCode.SUCCEEDED
        ? response
        : throw new StorageException($"metad answers {method} with {response.Code}");

    async Task<TResponse> CallAsync<TRequest, TResponse>(
        ThriftMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken) where TResponse : IMetaResponse
    {
        NebulaKeepException? failure = null;
        foreach (var metad in metads.Prepend(leader).Distinct().ToList())
        {
            try
            {
                var response = await pool.CallAsync(metad, method, request, CallTimeout, cancellationToken);
                if (response.Code != ErrorCode.E_LEADER_CHANGED)
                {
                    leader = metad;
                    return response;
                }
                failure = new StorageException($"{method.Name}: {metad} does not lead");
            }
            catch (NebulaKeepException e)
            {
                failure = e;
            }
        }
        throw new StorageException($"{method.Name}: no metad of {string.Join(", ", metads)} answers as leader: {failure!.Message}", failure);
    }
}
