using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Codec;
using NebulaKeep.DevCluster.Wal;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Storage.Replication;

/// <summary>What a leader knows of one other replica, and how it brings it up to its own end.</summary>
sealed partial class PeerProgress(int space, HostAddress peer, IReplicaPeers peers, TimeProvider time, ILogger logger)
{
    /// <summary>A peer that could not be reached is left alone for so long, so that writes do not wait for it each time.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Corrections of where the peer stands before giving up: one for the end, one for a conflict, one to spare.</summary>
    const int MaxCorrections = 4;

    LogPosition? stands;
    DateTimeOffset pausedUntil;

    /// <summary>Sends what is missing up to the log's end. True when the peer has all of it.</summary>
    /// <param name="log">The leader's log; nobody changes it meanwhile.</param>
    /// <param name="term">The leader's term.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> CatchUpAsync(ReplicaLog log, long term, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() < pausedUntil) return false;
        try
        {
            return await SendAsync(log, term, cancellationToken);
        }
        catch (NebulaKeepException e)
        {
            LogUnreachable(logger, peer, space, log.Partition, e.Message);
            return PauseAndForget();
        }
    }

    async Task<bool> SendAsync(ReplicaLog log, long term, CancellationToken cancellationToken)
    {
        for (var corrections = 0; corrections < MaxCorrections;)
        {
            var from = stands ?? log.Last;
            var entries = Missing(log, from);
            var reply = await peers.AppendAsync(peer, new AppendRequest(space, log.Partition, term, from, log.Committed.LogId, entries), cancellationToken);
            if (reply.Code == ErrorCode.SUCCEEDED)
            {
                stands = reply.Last;
                if (reply.Last.Id >= log.Last.Id) return true;
            }
            else if (reply.Code is ErrorCode.E_LOG_GAP or ErrorCode.E_LOG_STALE)
            {
                corrections++;
                if (!await RewindAsync(log, term, reply.Last, cancellationToken)) break;
            }
            else
            {
                LogRefused(logger, peer, space, log.Partition, reply.Code);
                break;
            }
        }
        return PauseAndForget();
    }

    /// <summary>Goes on from the end of the peer's log, by a copy of the data where the own log does not reach back.</summary>
    async Task<bool> RewindAsync(ReplicaLog log, long term, LogPosition end, CancellationToken cancellationToken)
    {
        if (end.Id > log.Last.Id)
        {
            LogAhead(logger, peer, space, log.Partition, end.Id, log.Last.Id);
            return false;
        }
        if (end.Id + 1 >= log.FirstId)
        {
            stands = new LogPosition(end.Id, log.TermAt(end.Id) ?? end.Term);
            return true;
        }
        LogCopying(logger, space, log.Partition, peer);
        return await CopyAsync(log, term, cancellationToken);
    }

    async Task<bool> CopyAsync(ReplicaLog log, long term, CancellationToken cancellationToken)
    {
        var holds = new LogPosition(log.Committed.LogId, log.Committed.Term);
        var first = true;
        foreach (var rows in Portions(log.ReadData(), row => row.Key.Length + row.Value.Length).Append([]))
        {
            var part = new CopyRequest(space, log.Partition, term, holds, first, rows.Count == 0,
                [.. rows.Select(row => new KeyValue { Key = row.Key.ToArray(), Value = row.Value.ToArray() })]);
            var reply = await peers.CopyAsync(peer, part, cancellationToken);
            if (reply.Code != ErrorCode.SUCCEEDED) return false;
            first = false;
        }
        stands = holds;
        return true;
    }

    static List<LogEntry> Missing(ReplicaLog log, LogPosition from) =>
        from.Id == log.Last.Id ? [] : Portions(log.ReadFrom(from.Id + 1), entry => entry.FileLength).FirstOrDefault() ?? [];

    /// <summary>Lists of a bounded size, never empty.</summary>
    static IEnumerable<List<T>> Portions<T>(IEnumerable<T> items, Func<T, int> length)
    {
        var portion = new List<T>();
        var size = 0;
        foreach (var item in items)
        {
            portion.Add(item);
            size += length(item);
            if (size < ReplicationService.MaxPayload) continue;
            yield return portion;
            (portion, size) = ([], 0);
        }
        if (portion.Count > 0) yield return portion;
    }

    bool PauseAndForget()
    {
        stands = null;
        pausedUntil = time.GetUtcNow() + Pause;
        return false;
    }

    [LoggerMessage(LogLevel.Information, "Replica {Peer} of space {Space} partition {Partition} cannot be reached: {Reason}")]
    static partial void LogUnreachable(ILogger logger, HostAddress peer, int space, int partition, string reason);

    [LoggerMessage(LogLevel.Information, "Replica {Peer} of space {Space} partition {Partition} refuses log entries: {Code}")]
    static partial void LogRefused(ILogger logger, HostAddress peer, int space, int partition, ErrorCode code);

    [LoggerMessage(LogLevel.Error, "Replica {Peer} of space {Space} partition {Partition} has applied entries up to {End}, the leader has only {Last}: " +
        "the leader lost data. Restore it; nothing is overwritten")]
    static partial void LogAhead(ILogger logger, HostAddress peer, int space, int partition, long end, long last);

    [LoggerMessage(LogLevel.Warning, "The log of space {Space} partition {Partition} does not reach back to what {Peer} has: sending a copy of the data")]
    static partial void LogCopying(ILogger logger, int space, int partition, HostAddress peer);
}
