// NebulaGraph 3.8's GraphService, written anew from spec/meta-thrift.md §10, §13.6 and spec/graph-service.md §5.
// The dialect is explained in common.thrift.

include "common.thrift"

namespace csharp NebulaKeep.Nebula.Graph

//! spec/meta-thrift.md §13.6, spec/graph-service.md §5
struct AuthResponse {
    1: required ErrorCode error_code
    2: optional string error_msg (text = "lossy")
    3: optional i64 session_id
    4: optional i32 time_zone_offset_seconds
    5: optional string time_zone_name
}

struct ExecutionResponse {
    1: required ErrorCode error_code
    2: required i64 latency_in_us
    3: optional DataSet data
    4: optional string space_name
    5: optional string error_msg (text = "lossy")
    6: optional PlanDescription plan_desc
    7: optional string comment
}

struct VerifyClientVersionReq {
    1: required string version = version
}

struct VerifyClientVersionResp {
    1: required ErrorCode error_code
    2: optional string error_msg (text = "lossy")
}

struct PlanDescription {
    1: required list<PlanNodeDescription> plan_node_descs
    2: required map<i64, i64> node_index_map
    3: required string format
    4: required i32 optimize_time_in_us
}

struct PlanNodeDescription {
    1: required string name
    2: required i64 id
    3: required string output_var
    4: optional list<Pair> description
    5: optional list<ProfilingStats> profiles
    6: optional PlanNodeBranchInfo branch_info
    7: optional list<i64> dependencies
}

struct ProfilingStats {
    1: required i64 rows
    2: required i64 exec_duration_in_us
    3: required i64 total_duration_in_us
    4: optional map<string, string> other_stats
}

struct PlanNodeBranchInfo {
    1: required bool is_do_branch
    2: required i64 condition_node_id
}

struct Pair {
    1: required string key
    2: required string value
}

//! spec/meta-thrift.md §10
/** The service of graphd. */
service GraphService {
    /** The password goes over the wire as it is. */
    AuthResponse authenticate(1: string username, 2: string password (cs.secret))
    oneway void signout(1: i64 sessionId)
    ExecutionResponse execute(1: i64 sessionId, 2: string stmt)
    ExecutionResponse executeWithParameter(1: i64 sessionId, 2: string stmt, 3: map<string, Value> parameterMap)
    binary executeJson(1: i64 sessionId, 2: string stmt)
    binary executeJsonWithParameter(1: i64 sessionId, 2: string stmt, 3: map<string, Value> parameterMap)
    VerifyClientVersionResp verifyClientVersion(1: VerifyClientVersionReq req)
}
