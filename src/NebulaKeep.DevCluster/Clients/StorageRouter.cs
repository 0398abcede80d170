using System.Collections.Concurrent;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Meta;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Thrift.Messages;

namespace NebulaKeep.DevCluster.Clients;

/// <summary>A storage call whose request is made of parts: what to call, how to build it, where its result is.</summary>
sealed record StorageCall<TPart, TRequest, TResponse>(
    ThriftMethod<TRequest, TResponse> Method, Func<IReadOnlyDictionary<int, TPart>, TRequest> Build, Func<TResponse, ResponseCommon> Result);

/// <summary>
/// Sends requests to the leaders of partitions, all hosts at once, and follows leaders that moved. As graphd, it does not repeat
/// anything else: what a partition refuses is the caller's error, and other partitions may have done their part (spec/graph-service.md §8).
/// </summary>
sealed class StorageRouter(ThriftPool pool, IPartLeaders leaders, TimeProvider clock)
{
    const int Attempts = 10;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    readonly ConcurrentDictionary<(int Space, int Part), HostAddress> known = new();

    /// <exception cref="StorageErrorException">A partition refused, or could not be reached (E_RPC_FAILURE).</exception>
    public async Task<IReadOnlyList<TResponse>> CallAsync<TPart, TRequest, TResponse>(
        int space, IReadOnlyDictionary<int, TPart> parts, StorageCall<TPart, TRequest, TResponse> call, CancellationToken cancellationToken)
    {
        var responses = new List<TResponse>();
        for (var attempt = 1; ; attempt++)
        {
            var byHost = await GroupAsync(space, parts, cancellationToken);
            var answers = await Task.WhenAll(byHost.Select(h => AskAsync(h.Key, h.Value, call, cancellationToken)));
            responses.AddRange(answers.Select(a => a.Response).OfType<TResponse>());
            var failed = answers.SelectMany(a => a.Failed).ToList();
            if (failed.FirstOrDefault(f => attempt == Attempts || !MayMove(f.Code)) is { } final) throw new StorageErrorException(final.Code, final.PartId);
            if (failed.Count == 0) return responses;
            foreach (var part in failed) Learn(space, part);
            parts = parts.Where(p => failed.Any(f => f.PartId == p.Key)).ToDictionary();
            if (attempt > 1) await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    static bool MayMove(ErrorCode code) => code is ErrorCode.E_LEADER_CHANGED or ErrorCode.E_RPC_FAILURE;

    void Learn(int space, PartitionResult failed)
    {
        if (failed.Leader is { Port: > 0 } leader) known[(space, failed.PartId)] = leader.ToAddress();
        else known.TryRemove((space, failed.PartId), out _);
    }

    async Task<Dictionary<HostAddress, Dictionary<int, TPart>>> GroupAsync<TPart>(
        int space, IReadOnlyDictionary<int, TPart> parts, CancellationToken cancellationToken)
    {
        if (parts.Keys.Any(part => !known.ContainsKey((space, part))))
            foreach (var (part, leader) in await leaders.LeadersAsync(space, cancellationToken)) known.TryAdd((space, part), leader);
        return parts.GroupBy(p => known.TryGetValue((space, p.Key), out var host) ? host : throw new StorageErrorException(ErrorCode.E_PART_NOT_FOUND, p.Key))
            .ToDictionary(g => g.Key, g => g.ToDictionary());
    }

    async Task<(TResponse? Response, IReadOnlyList<PartitionResult> Failed)> AskAsync<TPart, TRequest, TResponse>(
        HostAddress host, Dictionary<int, TPart> parts, StorageCall<TPart, TRequest, TResponse> call, CancellationToken cancellationToken)
    {
        try
        {
            var response = await pool.CallAsync(host, call.Method, call.Build(parts), Patience, cancellationToken);
            return (response, call.Result(response).FailedParts);
        }
        catch (NebulaKeepException)
        {
            return (default, [.. parts.Keys.Select(p => new PartitionResult { Code = ErrorCode.E_RPC_FAILURE, PartId = p })]);
        }
    }
}
