using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Graph;

/// <summary>The words that graphd finds for codes of metad and storaged (spec/graph-service.md §6).</summary>
static class StatusTexts
{
    static readonly Dictionary<ErrorCode, string> Meta = new()
    {
        [ErrorCode.E_EXISTED] = "Existed!",
        [ErrorCode.E_SPACE_NOT_FOUND] = "SpaceNotFound: Space not existed!",
        [ErrorCode.E_TAG_NOT_FOUND] = "TagNotFound: Tag not existed!",
        [ErrorCode.E_EDGE_NOT_FOUND] = "EdgeNotFound: Edge not existed!",
        [ErrorCode.E_NO_HOSTS] = "No hosts!",
        [ErrorCode.E_INVALID_PARM] = "Invalid param!",
        [ErrorCode.E_ZONE_NOT_ENOUGH] = "Host not enough!",
        [ErrorCode.E_LEADER_CHANGED] = "LeaderChanged: Leader changed!",
        [ErrorCode.E_RPC_FAILURE] = "Rpc failure, probably timeout!",
        [ErrorCode.E_STATS_NOT_FOUND] = "There is no any stats info to show, please execute `submit job stats' firstly!",
        [ErrorCode.E_JOB_NOT_FINISHED] = "Job is not finished!",
        [ErrorCode.E_SNAPSHOT_NOT_FOUND] = "Snapshot not found!",
        [ErrorCode.E_SNAPSHOT_FAILURE] = "Snapshot failure!",
        [ErrorCode.E_SNAPSHOT_RUNNING_JOBS] = "Snapshot failed encounter running jobs!",
        [ErrorCode.E_BLOCK_WRITE_FAILURE] = "Block write failure!",
        [ErrorCode.E_SCHEMA_NAME_EXISTS] = "Schema with same name exists",
        [ErrorCode.E_RELATED_INDEX_EXISTS] = "Related index exists, please drop index first",
        [ErrorCode.E_MACHINE_NOT_FOUND] = "Machine not existed!",
        [ErrorCode.E_USER_NOT_FOUND] = "User not existed!",
        [ErrorCode.E_ADD_JOB_FAILURE] = "Add job failure!",
        [ErrorCode.E_JOB_NOT_IN_SPACE] = "Job not existed in chosen space!",
        [ErrorCode.E_KEY_NOT_FOUND] = "Key not existed!",
    };

    static readonly Dictionary<ErrorCode, string> Storage = new()
    {
        [ErrorCode.E_RPC_FAILURE] = "RPC failure, probably timeout.",
        [ErrorCode.E_DATA_TYPE_MISMATCH] = "The data type does not meet the requirements. Use the correct type of data.",
        [ErrorCode.E_NOT_NULLABLE] = "The not null field cannot be null.",
        [ErrorCode.E_FIELD_UNSET] = "The not null field doesn't have a default value.",
        [ErrorCode.E_OUT_OF_RANGE] = "Out of range value.",
        [ErrorCode.E_TAG_NOT_FOUND] = "Tag not found.",
        [ErrorCode.E_EDGE_NOT_FOUND] = "Edge not found.",
        [ErrorCode.E_SPACE_NOT_FOUND] = "Space not found.",
        [ErrorCode.E_INVALID_VID] = "The VID must be a 64-bit integer or a string fitting space vertex id length limit.",
        [ErrorCode.E_RAFT_WRITE_BLOCKED] = "Write is blocked when creating snapshot. Please retry later.",
        [ErrorCode.E_RAFT_WAL_FAIL] = "Write wal failed. Probably disk is almost full.",
        [ErrorCode.E_RAFT_ATOMIC_OP_FAILED] = "Atomic operation failed.",
    };

    public static string OfMeta(ErrorCode code) => Meta.GetValueOrDefault(code) ?? $"Unknown error {(int)code}!";

    public static string OfStorage(ErrorCode code, int part) => "Storage Error: " + (Storage.GetValueOrDefault(code) ?? code switch
    {
        ErrorCode.E_LEADER_CHANGED => $"Not the leader of {part}. Please retry later.",
        ErrorCode.E_PART_NOT_FOUND => $"Part {part} not found.",
        ErrorCode.E_RAFT_BUFFER_OVERFLOW => $"Part {part} raft buffer is full. Please retry later.",
        _ => $"part: {part}, error: {code}({(int)code}).",
    });
}
