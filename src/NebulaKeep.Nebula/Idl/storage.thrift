// NebulaGraph 3.8's storage services, written anew from spec/meta-thrift.md §8, §13.5 and spec/graph-service.md §9.
// The dialect is explained in common.thrift.

include "common.thrift"
include "meta.thrift"

namespace csharp NebulaKeep.Nebula.Storage

//! spec/meta-thrift.md §13.1
/** Whether writes are refused. */
enum EngineSignType {
    BLOCK_ON = 1
    BLOCK_OFF = 2
}
//! spec/meta-thrift.md §13.5
/** Why one partition failed. */
struct PartitionResult {
    1: required ErrorCode code
    2: required i32 part_id
    3: optional HostAddr leader
}

/** Which partitions failed; an empty list means success. */
struct ResponseCommon {
    1: required list<PartitionResult> failed_parts
    2: required i64 latency_in_us
    3: optional map<string, i32> latency_detail_us
}

struct AdminExecResp {
    1: required ResponseCommon result
    2: optional StatsItem stats
}

struct CreateCPRequest {
    1: list<i32> space_ids
    2: string name
}

struct CreateCPResp {
    1: ErrorCode code
    2: list<CheckpointInfo> info
}

struct DropCPRequest {
    1: list<i32> space_ids
    2: string name
}

struct DropCPResp {
    1: ErrorCode code
}

/** Which spaces shall refuse or take writes. */
struct BlockingSignRequest {
    1: list<i32> space_ids
    2: required EngineSignType sign
}

struct BlockingSignResp {
    1: ErrorCode code
}

struct GetLeaderReq {
}

struct GetLeaderPartsResp {
    1: ErrorCode code
    2: map<i32, list<i32>> leader_parts
}

struct TransLeaderReq {
    1: i32 space_id
    2: i32 part_id
    3: HostAddr new_leader
}

struct AddPartReq {
    1: i32 space_id
    2: i32 part_id
    3: bool as_learner
    4: list<HostAddr> peers
}

struct AddLearnerReq {
    1: i32 space_id
    2: i32 part_id
    3: HostAddr learner
}

struct RemovePartReq {
    1: i32 space_id
    2: i32 part_id
}

struct MemberChangeReq {
    1: i32 space_id
    2: i32 part_id
    3: HostAddr peer
    4: bool add
}

struct CatchUpDataReq {
    1: i32 space_id
    2: i32 part_id
    3: HostAddr target
}

struct CheckPeersReq {
    1: i32 space_id
    2: i32 part_id
    3: list<HostAddr> peers
}

struct TaskPara {
    1: i32 space_id
    2: optional list<i32> parts
    3: optional list<binary> task_specific_paras
}

struct AddTaskRequest {
    1: JobType job_type
    2: i32 job_id
    3: i32 task_id
    4: TaskPara para
}

struct AddTaskResp {
    1: ErrorCode code
}

struct StopTaskRequest {
    1: i32 job_id
    2: i32 task_id
}

struct StopTaskResp {
    1: ErrorCode code
}

struct ClearSpaceReq {
    1: i32 space_id
}

struct ClearSpaceResp {
    1: ErrorCode code
}

//! spec/meta-thrift.md §8
/** The service of storaged on its admin port, which is the data port − 1. */
service StorageAdminService {
    AdminExecResp transLeader(1: TransLeaderReq req)
    AdminExecResp addPart(1: AddPartReq req)
    AdminExecResp addLearner(1: AddLearnerReq req)
    AdminExecResp removePart(1: RemovePartReq req)
    AdminExecResp memberChange(1: MemberChangeReq req)
    AdminExecResp waitingForCatchUpData(1: CatchUpDataReq req)
    /** Hard-links the engines of the spaces; spaces not on this host are skipped. */
    CreateCPResp createCheckpoint(1: CreateCPRequest req)
    /** Deletes checkpoints; a missing one is no error. */
    DropCPResp dropCheckpoint(1: DropCPRequest req)
    /** Sets or clears an in-memory flag without a time limit. Stops at the first unknown space, so send one space a call. */
    BlockingSignResp blockingWrites(1: BlockingSignRequest req)
    /** Partitions that this host leads. */
    GetLeaderPartsResp getLeaderParts(1: GetLeaderReq req)
    AdminExecResp checkPeers(1: CheckPeersReq req)
    AddTaskResp addAdminTask(1: AddTaskRequest req)
    StopTaskResp stopAdminTask(1: StopTaskRequest req)
    ClearSpaceResp clearSpace(1: ClearSpaceReq req)
}

//! spec/graph-service.md §9
struct RequestCommon {
    1: optional i64 session_id
    2: optional i64 plan_id
    3: optional bool profile_detail
}

struct ExecResponse {
    1: required ResponseCommon result
}

struct NewTag {
    1: i32 tag_id
    2: list<Value> props
}

/** A vertex to be written; its id is always a string value, also in spaces with integer ids. */
struct NewVertex {
    1: Value id
    2: list<NewTag> tags
}

struct EdgeKey {
    1: Value src
    2: i32 edge_type
    3: i64 ranking
    4: Value dst
}

struct NewEdge {
    1: EdgeKey key
    2: list<Value> props
}

struct AddVerticesRequest {
    1: i32 space_id
    2: map<i32, list<NewVertex>> parts
    /** tag id to names; absent or empty means schema order */
    3: map<i32, list<string>> prop_names
    4: bool if_not_exists
    5: bool ignore_existed_index
    6: optional RequestCommon common
}

struct AddEdgesRequest {
    1: i32 space_id
    2: map<i32, list<NewEdge>> parts
    3: list<string> prop_names
    4: bool if_not_exists
    5: bool ignore_existed_index
    6: optional RequestCommon common
}

struct DeleteVerticesRequest {
    1: i32 space_id
    2: map<i32, list<Value>> parts
    3: optional RequestCommon common
}

struct DeleteEdgesRequest {
    1: i32 space_id
    2: map<i32, list<EdgeKey>> parts
    3: optional RequestCommon common
}

struct DelTags {
    1: Value id
    2: list<i32> tags
}

struct DeleteTagsRequest {
    1: i32 space_id
    2: map<i32, list<DelTags>> parts
    3: optional RequestCommon common
}

struct VertexProp {
    1: i32 tag
    2: list<string> props
}

struct EdgeProp {
    1: i32 type
    2: list<string> props
}

/** Fields 5 (expressions) and 7 (order_by) are left out: nothing here uses them, and readers skip them. */
struct GetPropRequest {
    1: i32 space_id
    2: map<i32, list<Row>> parts
    3: optional list<VertexProp> vertex_props
    4: optional list<EdgeProp> edge_props
    6: bool dedup
    8: optional i64 limit
    9: optional binary filter
    10: optional RequestCommon common
}

struct GetPropResponse {
    1: required ResponseCommon result
    2: optional DataSet props
}

struct ScanCursor {
    /** a raw key, inclusive; unset means the start, or in a response the end */
    1: optional binary next_cursor
}

struct ScanVertexRequest {
    1: i32 space_id
    2: map<i32, ScanCursor> parts
    3: list<VertexProp> return_columns
    /** rows of the whole response; below 0 means no limit */
    4: i64 limit
    5: optional i64 start_time
    6: optional i64 end_time
    7: optional binary filter
    8: bool only_latest_version
    9: bool enable_read_from_follower = true
    10: optional RequestCommon common
}

struct ScanEdgeRequest {
    1: i32 space_id
    2: map<i32, ScanCursor> parts
    3: list<EdgeProp> return_columns
    /** rows of the whole response; below 0 means no limit */
    4: i64 limit
    5: optional i64 start_time
    6: optional i64 end_time
    7: optional binary filter
    8: bool only_latest_version
    9: bool enable_read_from_follower = true
    10: optional RequestCommon common
}

struct ScanResponse {
    1: required ResponseCommon result
    2: optional DataSet props
    3: map<i32, ScanCursor> cursors
}

struct KVGetRequest {
    1: i32 space_id
    2: map<i32, list<binary>> parts
    3: bool return_partly
}

struct KVGetResponse {
    1: required ResponseCommon result
    2: map<binary, binary> key_values
}

struct KVPutRequest {
    1: i32 space_id
    2: map<i32, list<KeyValue>> parts
}

struct KVRemoveRequest {
    1: i32 space_id
    2: map<i32, list<binary>> parts
}

/** The service of storaged on its data port. */
service GraphStorageService {
    GetPropResponse getProps(1: GetPropRequest req)
    ExecResponse addVertices(1: AddVerticesRequest req)
    ExecResponse addEdges(1: AddEdgesRequest req)
    ExecResponse deleteEdges(1: DeleteEdgesRequest req)
    ExecResponse deleteVertices(1: DeleteVerticesRequest req)
    ExecResponse deleteTags(1: DeleteTagsRequest req)
    ScanResponse scanVertex(1: ScanVertexRequest req)
    ScanResponse scanEdge(1: ScanEdgeRequest req)
    KVGetResponse get(1: KVGetRequest req)
    ExecResponse put(1: KVPutRequest req)
    ExecResponse remove(1: KVRemoveRequest req)
}
