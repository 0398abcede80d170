using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Storage.Engine;
using NebulaKeep.DevCluster.Wal;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Storage.Replication;

/// <summary>
/// One replica of a partition. Its first host leads for good: there are no elections, a restart of the leader begins a new term.
/// A write is in the leader's log first, then in those of the replicas that live; with a majority it is applied and acknowledged.
/// Replicas apply an entry when the next one comes, so their commit mark lags by one, as those of real servers do.
/// </summary>
sealed class Partition : IAsyncDisposable
{
    readonly SemaphoreSlim gate = new(1, 1);
    readonly ReplicaLog log;
    readonly List<PeerProgress> others;
    readonly TimeProvider time;
    bool closed;
    long term;

    public Partition(SpaceEngine engine, ReplicaLog log, HostAddress self, IReadOnlyList<HostAddress> hosts, IReplicaPeers peers, TimeProvider time, ILogger logger)
    {
        (Engine, this.log, Hosts, this.time) = (engine, log, hosts, time);
        IsLeader = hosts.Count > 0 && hosts[0] == self;
        others = [.. hosts.Where(host => host != self).Select(host => new PeerProgress(engine.SpaceId, host, peers, time, logger))];
        term = IsLeader ? log.Last.Term + 1 : log.Last.Term;
    }

    /// <summary>The engine that holds the data.</summary>
    public SpaceEngine Engine { get; }

    /// <summary>Number of the partition.</summary>
    public int Id => log.Partition;

    /// <summary>All replicas, the leader first.</summary>
    public IReadOnlyList<HostAddress> Hosts { get; }

    public HostAddress Leader => Hosts[0];

    /// <summary>Whether this replica is the one that leads.</summary>
    public bool IsLeader { get; }

    /// <summary>True once a leader has a majority behind it in its term; reads and writes are served from then on.</summary>
    public bool IsReady { get; private set; }

    /// <summary>True while a checkpoint is made: data writes are refused, on every replica.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>The leader's term.</summary>
    public long Term => term;

    /// <summary>Writes data (spec/backup-flow.md §2.2 for the blocked case).</summary>
    /// <param name="message">Made under the lock, so that what it looks up is what it changes; null: nothing to write.</param>
    /// <param name="cancellationToken">Gives up waiting; what is in the log already stays.</param>
    public async Task<ErrorCode> WriteAsync(Func<LogMessage?> message, CancellationToken cancellationToken)
    {
        using var hold = await HoldAsync(cancellationToken);
        if (closed) return ErrorCode.E_PART_NOT_FOUND;
        if (IsBlocked) return ErrorCode.E_RAFT_WRITE_BLOCKED;
        if (!IsLeader || !await LeadAsync(cancellationToken)) return ErrorCode.E_LEADER_CHANGED;
        if (message() is not { } made) return ErrorCode.SUCCEEDED;
        return await ReplicateAsync(made.Encode(), cancellationToken) ? ErrorCode.SUCCEEDED : ErrorCode.E_CONSENSUS_ERROR;
    }

    /// <summary>Adds an empty entry and brings the replicas up to date; does nothing on a replica that does not lead.</summary>
    public async Task HeartbeatAsync(CancellationToken cancellationToken)
    {
        using var hold = await HoldAsync(cancellationToken);
        if (closed || !IsLeader) return;
        if (IsReady) await ReplicateAsync(default, cancellationToken);
        else await LeadAsync(cancellationToken);
    }

    /// <summary>Begins the term if that is still to be done.</summary>
    public async Task<bool> EnsureLeadingAsync(CancellationToken cancellationToken)
    {
        if (!IsLeader) return false;
        if (IsReady) return true;
        using var hold = await HoldAsync(cancellationToken);
        return !closed && await LeadAsync(cancellationToken);
    }

    /// <summary>Takes entries from the leader.</summary>
    public async Task<AppendReply> AcceptAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        using var hold = await HoldAsync(cancellationToken);
        if (Refusal(request.Term) is { } code) return Reply(code);
        var answer = Follow.Place(log, request);
        if (answer != ErrorCode.SUCCEEDED) return Reply(answer);
        log.Apply(request.CommittedId);
        return Reply(ErrorCode.SUCCEEDED);
    }

    /// <summary>Takes a part of a copy from the leader.</summary>
    public async Task<AppendReply> AcceptAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        using var hold = await HoldAsync(cancellationToken);
        if (Refusal(request.Term) is { } code) return Reply(code);
        if (request.IsFirst) log.Clear();
        log.Load([.. request.Rows.Select(row => new LogChange(LogChangeKind.Put, row.Key, row.Value))],
            request.IsLast ? new(request.Holds.Id, request.Holds.Term) : null);
        return Reply(ErrorCode.SUCCEEDED);
    }

    /// <summary>Links the log into a checkpoint and tells where it ends.</summary>
    public async Task<LogPosition> LinkLogAsync(string directory, CancellationToken cancellationToken)
    {
        using var hold = await HoldAsync(cancellationToken);
        log.LinkInto(directory);
        return log.Last;
    }

    /// <summary>Removes log files that nobody needs any more.</summary>
    public async Task RemoveOldLogAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        using var hold = await HoldAsync(cancellationToken);
        if (!closed) log.RemoveOldFiles(age);
    }

    /// <summary>Wall clock for a new message.</summary>
    public long Milliseconds => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Waits for the call that is in it and closes the log.</summary>
    public ValueTask DisposeAsync() => CloseAsync(log.Dispose);

    /// <summary>Lets go of the log as a crash would.</summary>
    public ValueTask AbandonAsync() => CloseAsync(log.Abandon);

    async ValueTask CloseAsync(Action close)
    {
        using var hold = await HoldAsync(CancellationToken.None);
        if (closed) return;
        closed = true;
        close();
    }

    async Task<bool> LeadAsync(CancellationToken cancellationToken)
    {
        if (IsReady) return true;
        // The term's first entry commits everything before it; after a failure it is there already.
        if (log.Last.Term != term) log.Append([new LogEntry(log.Last.Id + 1, term, default)]);
        return IsReady = await CommitAsync(cancellationToken);
    }

    Task<bool> ReplicateAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        log.Append([new LogEntry(log.Last.Id + 1, term, message)]);
        return CommitAsync(cancellationToken);
    }

    async Task<bool> CommitAsync(CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(others.Select(other => other.CatchUpAsync(log, term, cancellationToken)));
        var have = 1 + answers.Count(has => has);
        if (2 * have <= Hosts.Count) return false;
        log.Apply(log.Last.Id);
        return true;
    }

    ErrorCode? Refusal(long leaderTerm)
    {
        if (closed) return ErrorCode.E_PART_NOT_FOUND;
        if (IsLeader) return ErrorCode.E_RAFT_BAD_ROLE;
        if (leaderTerm < term) return ErrorCode.E_RAFT_TERM_OUT_OF_DATE;
        term = leaderTerm;
        return null;
    }

    AppendReply Reply(ErrorCode code) => new(code, log.Last);

    async Task<Releaser> HoldAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        return new Releaser(gate);
    }

    readonly struct Releaser(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
