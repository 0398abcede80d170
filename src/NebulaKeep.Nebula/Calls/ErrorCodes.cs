using NebulaKeep.Nebula.Common;

namespace NebulaKeep.Nebula.Calls;

/// <summary>What error codes mean for a caller (spec/meta-thrift.md §7, §12).</summary>
public static class ErrorCodes
{
    /// <summary>The protocol's own name, such as E_LEADER_CHANGED, or the number of a code without one.</summary>
    public static string NameOf(ErrorCode code) => Enum.GetName(code) ?? $"error {(int)code}";

    /// <summary>True where the same call may succeed later without anybody doing anything.</summary>
    public static bool IsTransient(ErrorCode code) => code is
        ErrorCode.E_LEADER_CHANGED or ErrorCode.E_LEADER_LEASE_FAILED or ErrorCode.E_DISCONNECTED or ErrorCode.E_FAIL_TO_CONNECT or
        ErrorCode.E_RPC_FAILURE or ErrorCode.E_CONSENSUS_ERROR or ErrorCode.E_RAFT_NOT_READY or ErrorCode.E_RAFT_WAITING_SNAPSHOT or
        ErrorCode.E_RAFT_BUFFER_OVERFLOW or ErrorCode.E_RAFT_TOO_MANY_REQUESTS or ErrorCode.E_RAFT_WRITE_BLOCKED or
        ErrorCode.E_BACKUP_RUNNING_JOBS or ErrorCode.E_SNAPSHOT_RUNNING_JOBS or ErrorCode.E_WRITE_STALLED;

    /// <summary>What happened and what to do, for the codes that backups and restores meet; null for the rest.</summary>
    public static string? AdviceFor(ErrorCode code) => code switch
    {
        ErrorCode.E_LEADER_CHANGED => "this metad is not the leader",
        ErrorCode.E_RPC_FAILURE => "metad could not make a checkpoint on some storaged; its log names the host",
        ErrorCode.E_SPACE_NOT_FOUND => "there is no such space",
        ErrorCode.E_MACHINE_NOT_FOUND => "the host is not registered; run ADD HOSTS",
        ErrorCode.E_KEY_NOT_FOUND => "metad lacks the directories of a daemon; restart the daemon that joined last, it reports them when it starts",
        ErrorCode.E_BACKUP_FAILED => "metad could not export its tables; see its log and the space on its disk",
        ErrorCode.E_PARTIAL_RESULT => "a named space does not exist",
        ErrorCode.E_NO_HOSTS => "no storaged is alive; start one and wait for its heartbeat",
        ErrorCode.E_EXISTED => "it exists already",
        ErrorCode.E_WRONGCLUSTER => "the daemon holds the cluster id of another cluster; remove its cluster.id file",
        ErrorCode.E_STORE_FAILURE => "the server's own store failed; see its log and its disk",
        ErrorCode.E_SNAPSHOT_FAILURE => "a storaged that is registered does not answer",
        ErrorCode.E_BLOCK_WRITE_FAILURE => "a storaged did not block or open writes; see that every storaged is up",
        ErrorCode.E_SNAPSHOT_RUNNING_JOBS or ErrorCode.E_BACKUP_RUNNING_JOBS =>
            "a compaction, index, ingest or balance job is queued or running; wait for it or stop it",
        ErrorCode.E_SNAPSHOT_NOT_FOUND => "metad knows no snapshot of that name",
        ErrorCode.E_BACKUP_SPACE_NOT_FOUND => "the cluster has no spaces",
        ErrorCode.E_RESTORE_FAILURE => "metad could not take in the table files; they must be whole and lie where the request says",
        ErrorCode.E_LIST_CLUSTER_NO_AGENT_FAILURE =>
            "a host has no agent; start one on every host, under the same host name or address as the daemons",
        ErrorCode.E_AGENT_HB_FAILUE => "metad lacks the directories of a daemon on the agent's host",
        ErrorCode.E_FAILED_TO_CHECKPOINT => "a storaged could not make a checkpoint; see its log and its disk",
        ErrorCode.E_CLIENT_SERVER_INCOMPATIBLE => "the server refuses this client's version; see its flag client_white_list",
        ErrorCode.E_RAFT_WRITE_BLOCKED => "writes are blocked by a backup or snapshot",
        ErrorCode.E_LEADER_LEASE_FAILED => "the leader waits for its lease",
        ErrorCode.E_BAD_USERNAME_PASSWORD => "wrong user or password",
        _ => null,
    };
}
