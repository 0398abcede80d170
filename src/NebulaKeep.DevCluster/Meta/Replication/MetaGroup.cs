using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.Nebula.Common;
using NebulaKeep.RocksDb;

namespace NebulaKeep.DevCluster.Meta.Replication;

/// <summary>
/// Keeps the stores of one or three metads alike. There is no election: the first address of meta_server_addrs leads. The leader takes
/// over the furthest store of a majority when it starts, copies every batch to the followers before it counts, and brings a follower
/// that was away up to date with a whole copy. Without a majority nothing is written and the leader knows no leader.
/// </summary>
sealed partial class MetaGroup : IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    readonly SemaphoreSlim order = new(1);
    readonly ConcurrentDictionary<HostAddress, byte> behind = new();
    readonly IReadOnlyList<HostAddress> followers;
    readonly HostAddress leader;
    readonly MetaStore store;
    readonly IMetaPeers peers;
    readonly TimeProvider clock;
    readonly ILogger logger;
    volatile bool ready;

    public MetaGroup(HostAddress self, IReadOnlyList<HostAddress> all, MetaStore store, IMetaPeers peers, TimeProvider clock, ILogger logger)
    {
        (this.store, this.peers, this.clock, this.logger) = (store, peers, clock, logger);
        Members = all.Count == 0 ? [self] : all;
        leader = Members[0];
        IsLeader = leader == self;
        followers = [.. Members.Where(m => m != self)];
        foreach (var follower in followers) behind[follower] = 0;
    }

    public IReadOnlyList<HostAddress> Members { get; }

    /// <summary>True on the first of the metads, whether or not it has a majority.</summary>
    public bool IsLeader { get; }

    /// <summary>True when calls for the leader may be answered here.</summary>
    public bool IsReady => IsLeader && ready;

    /// <summary>The metad to turn to; empty while there is none.</summary>
    public HostAddress KnownLeader => IsLeader && !ready ? default : leader;

    /// <summary>Whether a metad follows, as far as this one, the leader, knows.</summary>
    public bool IsOnline(HostAddress member) => member == leader || !behind.ContainsKey(member);

    int Majority => (Members.Count / 2) + 1;

    /// <summary>Makes a change everywhere, or nowhere that counts.</summary>
    /// <exception cref="MetaErrorException">E_LEADER_CHANGED: too few metads took it.</exception>
    public async Task CommitAsync(MetaBatch batch, CancellationToken cancellationToken)
    {
        await order.WaitAsync(cancellationToken);
        try
        {
            await CommitInOrderAsync(batch, store.Committed.Next(), cancellationToken);
        }
        finally
        {
            order.Release();
        }
    }

    /// <summary>
    /// The leader's start: waits for a majority and takes over the furthest store, under a new term. Calls are answered once
    /// <paramref name="prepare"/> has written what must be there.
    /// </summary>
    public async Task LeadAsync(Func<CancellationToken, Task> prepare, CancellationToken cancellationToken)
    {
        while (!await TryLeadAsync(prepare, cancellationToken)) await Task.Delay(Pause, clock, cancellationToken);
    }

    /// <summary>Brings followers up to date that were away; runs until cancelled.</summary>
    public async Task RepairAsync(CancellationToken cancellationToken)
    {
        while (followers.Count > 0)
        {
            await Task.Delay(Pause, clock, cancellationToken);
            await order.WaitAsync(cancellationToken);
            try
            {
                var point = store.Committed;
                foreach (var follower in followers.Where(behind.ContainsKey)) await CopyWholeAsync(follower, point, cancellationToken);
                ready = Members.Count - behind.Count >= Majority;
            }
            finally
            {
                order.Release();
            }
        }
    }

    /// <summary>A follower's side of the leader's changes.</summary>
    public PositionResp Accept(ReplicateReq request)
    {
        lock (store)
        {
            if (IsLeader || (!request.Whole && store.Committed != request.Before)) return new PositionResp(ErrorCode.E_LOG_GAP, store.Committed);
            if (request.Whole) store.Replace([.. request.Puts.Select(p => new MetaRow(p.Key, p.Value))]);
            else store.Apply(BatchOf(request), request.After);
            return new PositionResp(ErrorCode.SUCCEEDED, request.After);
        }
    }

    /// <summary>What this metad has.</summary>
    public ReadStoreResp Read(ReadStoreReq request) =>
        new(request.WithRows ? ReplicationFields.ToWire(store.Scan([])) : [], store.Committed);

    public void Dispose() => order.Dispose();

    async Task<bool> TryLeadAsync(Func<CancellationToken, Task> prepare, CancellationToken cancellationToken)
    {
        try
        {
            var positions = await PositionsAsync(cancellationToken);
            if (positions.Count + 1 < Majority) return false;
            await TakeOverAsync(positions, cancellationToken);
            await prepare(cancellationToken);
            return ready = true;
        }
        catch (NebulaKeepException e) when (e is not RocksDbException)
        {
            // A follower was there and is not any more.
            LogNotYet(e.Message);
            return false;
        }
    }

    async Task TakeOverAsync(IReadOnlyDictionary<HostAddress, CommitPoint> positions, CancellationToken cancellationToken)
    {
        var furthest = positions.OrderByDescending(p => p.Value).FirstOrDefault();
        if (positions.Count > 0 && furthest.Value.CompareTo(store.Committed) > 0)
        {
            LogTakingOver(furthest.Key, furthest.Value, store.Committed);
            var whole = await peers.ReadStoreAsync(furthest.Key, new ReadStoreReq(true), cancellationToken);
            store.Replace([.. whole.Rows.Select(r => new MetaRow(r.Key, r.Value))]);
        }

        var point = store.Committed;
        foreach (var follower in positions.Keys) await CopyWholeAsync(follower, point, cancellationToken);
        await CommitInOrderAsync(new MetaBatch(), new CommitPoint(point.Id + 1, point.Term + 1), cancellationToken);
    }

    async Task CommitInOrderAsync(MetaBatch batch, CommitPoint after, CancellationToken cancellationToken)
    {
        var request = RequestOf(batch, store.Committed, after);
        var taken = 1;
        foreach (var follower in followers.Where(f => !behind.ContainsKey(f)).ToList())
            taken += await SendAsync(follower, request, cancellationToken) ? 1 : 0;
        if (taken < Majority)
        {
            ready = false;
            throw new MetaErrorException(ErrorCode.E_LEADER_CHANGED);
        }

        store.Apply(batch, after);
    }

    async Task CopyWholeAsync(HostAddress follower, CommitPoint point, CancellationToken cancellationToken)
    {
        var whole = new ReplicateReq(ReplicationFields.ToWire(store.Scan([])), [], default, point, Whole: true);
        if (!await SendAsync(follower, whole, cancellationToken)) return;
        behind.TryRemove(follower, out _);
        LogBroughtUpToDate(follower, point);
    }

    async Task<bool> SendAsync(HostAddress follower, ReplicateReq request, CancellationToken cancellationToken)
    {
        try
        {
            if ((await peers.ReplicateAsync(follower, request, cancellationToken)).Code == ErrorCode.SUCCEEDED) return true;
        }
        catch (NebulaKeepException e)
        {
            LogUnreachable(follower, e.Message);
        }

        behind[follower] = 0;
        return false;
    }

    async Task<Dictionary<HostAddress, CommitPoint>> PositionsAsync(CancellationToken cancellationToken)
    {
        var positions = new Dictionary<HostAddress, CommitPoint>();
        foreach (var follower in followers)
        {
            try
            {
                positions[follower] = (await peers.ReadStoreAsync(follower, new ReadStoreReq(false), cancellationToken)).Position;
            }
            catch (NebulaKeepException e)
            {
                LogUnreachable(follower, e.Message);
            }
        }

        return positions;
    }

    static ReplicateReq RequestOf(MetaBatch batch, CommitPoint before, CommitPoint after)
    {
        var last = batch.Changes.Reverse().DistinctBy(c => Convert.ToHexString(c.Key)).ToList();
        return new ReplicateReq(
            ReplicationFields.ToWire(last.Where(c => c.Value is not null).Select(c => new MetaRow(c.Key, c.Value!))),
            [.. last.Where(c => c.Value is null).Select(c => c.Key)], before, after, Whole: false);
    }

    static MetaBatch BatchOf(ReplicateReq request)
    {
        var batch = new MetaBatch();
        foreach (var key in request.Removes) batch.Remove(key);
        foreach (var put in request.Puts) batch.Put(put.Key, put.Value);
        return batch;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "This metad cannot lead yet: {Reason}")]
    partial void LogNotYet(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Taking over the store of {Peer}: it is at {Theirs}, this one at {Own}")]
    partial void LogTakingOver(HostAddress peer, CommitPoint theirs, CommitPoint own);

    [LoggerMessage(Level = LogLevel.Information, Message = "Metad {Peer} is up to date at {Point}")]
    partial void LogBroughtUpToDate(HostAddress peer, CommitPoint point);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Metad {Peer} does not follow: {Reason}")]
    partial void LogUnreachable(HostAddress peer, string reason);
}
