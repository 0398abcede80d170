using NebulaKeep.DevCluster.Wal;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Storage.Replication;

/// <summary>How a replica fits a leader's entries into its log.</summary>
static class Follow
{
    /// <summary>
    /// Appends the entries that are new. E_LOG_GAP: the log ends before them, send from its end on. E_LOG_STALE: it held entries of another
    /// history, which are gone now; send from its end on.
    /// </summary>
    public static ErrorCode Place(ReplicaLog log, AppendRequest request)
    {
        if (request.Before.Id > log.Last.Id) return ErrorCode.E_LOG_GAP;
        if (!SameHistory(log, request.Before))
        {
            log.RollBackTo(log.Committed.LogId);
            return ErrorCode.E_LOG_STALE;
        }
        var known = request.Entries.TakeWhile(entry => entry.Id <= log.Last.Id && SameHistory(log, new LogPosition(entry.Id, entry.Term))).Count();
        var fresh = request.Entries.Skip(known).ToList();
        var end = request.Before.Id + known;
        // Whatever the log holds beyond the leader's entries was never acknowledged.
        if (log.Last.Id > end && (fresh.Count > 0 || request.Entries.Count == 0)) log.RollBackTo(end);
        if (fresh.Count > 0) log.Append(fresh);
        return ErrorCode.SUCCEEDED;
    }

    /// <summary>What is applied is the same everywhere; of the rest the term decides.</summary>
    static bool SameHistory(ReplicaLog log, LogPosition position) =>
        position.Id <= log.Committed.LogId || log.TermAt(position.Id) == position.Term;
}
