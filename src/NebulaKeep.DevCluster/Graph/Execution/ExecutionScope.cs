using NebulaKeep.DevCluster.Clients;
using NebulaKeep.DevCluster.Graph.Service;
using NebulaKeep.DevCluster.Graph.Values;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Graph.Execution;

/// <summary>What statements of one session work with.</summary>
sealed class ExecutionScope(GraphSession session, GraphMeta meta, StorageRouter storage, Evaluator evaluator)
{
    public GraphSession Session { get; } = session;

    public GraphMeta Meta { get; } = meta;

    public Evaluator Evaluator { get; } = evaluator;

    /// <summary>The session's space as it is now.</summary>
    /// <exception cref="StatementException">None was chosen, or it was dropped since.</exception>
    public Task<SpaceInfo> SpaceAsync(CancellationToken cancellationToken) =>
        Session.Space.Length == 0 ? throw StatementException.NoSpaceChosen() : Meta.SpaceAsync(Session.Space, cancellationToken);

    public VidCodec Vids(SpaceInfo space) => new(space, Evaluator);

    /// <summary>Calls the leaders of partitions; refusals become the client's error.</summary>
    public async Task<IReadOnlyList<TResponse>> StorageAsync<TPart, TRequest, TResponse>(
        SpaceInfo space, IReadOnlyDictionary<int, TPart> parts, StorageCall<TPart, TRequest, TResponse> call, CancellationToken cancellationToken)
    {
        try
        {
            return await storage.CallAsync(space.Id, parts, call, cancellationToken);
        }
        catch (StorageErrorException e)
        {
            throw StatementException.Execution(StatusTexts.OfStorage(e.Code, e.Part));
        }
    }
}
