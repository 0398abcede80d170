// NebulaGraph 3.8's MetaService, written anew from spec/meta-thrift.md §7, §13.1, §13.3, §13.4 and spec/row-format.md §7.2.
// Only the methods that this project calls or serves; the dialect is explained in common.thrift.

include "common.thrift"

namespace csharp NebulaKeep.Nebula.Meta

//! spec/meta-thrift.md §13.1
enum HostRole {
    GRAPH = 0
    META = 1
    STORAGE = 2
    STORAGE_LISTENER = 3
    AGENT = 4
    UNKNOWN = 5
}

enum HostStatus {
    ONLINE = 0
    OFFLINE = 1
    UNKNOWN = 2
}

enum SnapshotStatus {
    VALID = 0
    INVALID = 1
}

enum ListHostType {
    ALLOC = 0
    GRAPH = 1
    META = 2
    STORAGE = 3
    AGENT = 4
    STORAGE_LISTENER = 5
}

enum JobOp {
    ADD = 1
    SHOW_All = 2
    SHOW = 3
    STOP = 4
    RECOVER = 5
}

enum JobType {
    COMPACT = 0
    FLUSH = 1
    REBUILD_TAG_INDEX = 2
    REBUILD_EDGE_INDEX = 3
    REBUILD_FULLTEXT_INDEX = 4
    STATS = 5
    DATA_BALANCE = 6
    DOWNLOAD = 7
    INGEST = 8
    LEADER_BALANCE = 9
    ZONE_BALANCE = 10
    UNKNOWN = 99
}

enum JobStatus {
    QUEUE = 1
    RUNNING = 2
    FINISHED = 3
    FAILED = 4
    STOPPED = 5
    INVALID = 255
}

enum ConfigModule {
    UNKNOWN = 0
    ALL = 1
    GRAPH = 2
    META = 3
    STORAGE = 4
}

enum ConfigMode {
    IMMUTABLE = 0
    REBOOT = 1
    MUTABLE = 2
    IGNORED = 3
}

enum IsolationLevel {
    DEFAULT = 0
    TOSS = 1
}

enum RoleType {
    GOD = 1
    ADMIN = 2
    DBA = 3
    USER = 4
    GUEST = 5
}

enum GeoShape {
    ANY = 0
    POINT = 1
    LINESTRING = 2
    POLYGON = 3
}

enum ListenerType {
    UNKNOWN = 0
    ELASTICSEARCH = 1
}

enum QueryStatus {
    RUNNING = 1
    KILLING = 2
}

//! spec/meta-thrift.md §13.3
struct CreateBackupReq {
    /** names; unset or empty means all */
    1: optional list<string> spaces
    /** ignored by community servers */
    2: optional string base_backup_name
    /** ignored by community servers */
    3: optional i64 cluster_id
}

struct CreateBackupResp {
    1: ErrorCode code
    2: HostAddr leader
    3: BackupMeta meta
}

/** What a backup consists of; createBackup answers it and <name>.meta holds it. */
struct BackupMeta {
    1: map<i32, SpaceBackupInfo> space_backups
    /** absolute paths on the metad that made the backup in a reply, base names in a .meta file */
    2: list<string> meta_files
    3: string backup_name
    4: bool full
    5: bool all_spaces
    /** milliseconds since 1970 */
    6: i64 create_time
    /** empty from community servers */
    7: string base_backup_name
    /** empty from community servers */
    8: list<HostAddr> storage_hosts
    /** 0 from community servers */
    9: i64 cluster_id
}

/** What a backup holds of one space. */
struct SpaceBackupInfo {
    1: SpaceDesc space
    2: list<HostBackupInfo> host_backups
}

/** The checkpoints of one space on one storaged. */
struct HostBackupInfo {
    1: HostAddr host
    2: list<CheckpointInfo> checkpoints
}

struct RestoreMetaReq {
    /** absolute paths local to the metad asked */
    1: list<string> files
    2: list<HostPair> hosts
}

/** A storaged and the one that replaces it. */
struct HostPair {
    1: HostAddr from_host
    2: HostAddr to_host
}

struct RestoreMetaResp {
    1: ErrorCode code
    2: HostAddr leader
    /** never filled by community servers */
    3: map<i32, list<PartInfo>> part_hosts
}

struct PartInfo {
    1: i32 part_id
    2: list<HostAddr> hosts
}

struct DropSnapshotReq {
    /** only the first is handled */
    1: list<string> names
}

struct CreateSnapshotReq {
}

struct ListSnapshotsReq {
}

struct ListSnapshotsResp {
    1: ErrorCode code
    2: HostAddr leader
    3: list<Snapshot> snapshots
}

/** A snapshot or a backup checkpoint known to metad. */
struct Snapshot {
    1: string name
    2: SnapshotStatus status
    /** as text: "h1:p1, h2:p2" */
    3: string hosts
}

/** Answer of calls that only do something. The leader is field 3 here, not 2. */
struct ExecResp {
    1: ErrorCode code
    2: ID id
    3: HostAddr leader
}

/** One id; which one depends on the call. */
union ID {
    1: i32 space_id
    2: i32 tag_id
    3: i32 edge_type
    4: i32 index_id
    5: i64 cluster_id
}

struct IdName {
    1: ID id
    2: string name
}

struct ListClusterInfoReq {
}

struct ListClusterInfoResp {
    1: ErrorCode code
    2: HostAddr leader
    /** by host text; the agent of the host is among them */
    3: map<string, list<ServiceInfo>> host_services
}

/** One daemon on a host. */
struct ServiceInfo {
    1: DirInfo dir
    2: HostAddr addr
    3: HostRole role
}

struct GetMetaDirInfoReq {
}

struct GetMetaDirInfoResp {
    1: ErrorCode code
    2: DirInfo dir
}

struct AgentHBReq {
    1: HostAddr host
    2: string git_info_sha
    3: optional string version
}

struct AgentHBResp {
    1: ErrorCode code
    2: HostAddr leader
    3: list<ServiceInfo> service_list
}

struct HBReq {
    1: HostRole role
    2: HostAddr host
    3: i64 cluster_id
    4: optional map<i32, list<LeaderInfo>> leader_partIds
    5: string git_info_sha
    6: optional map<i32, map<string, PartitionList>> disk_parts
    7: optional DirInfo dir
    8: optional string version
}

struct HBResp {
    1: ErrorCode code
    2: HostAddr leader
    3: i64 cluster_id
    4: i64 last_update_time_in_ms
    5: i32 meta_version
}

struct LeaderInfo {
    1: i32 part_id
    2: i64 term
}

struct PartitionList {
    1: list<i32> part_list
}

struct VerifyClientVersionReq {
    1: required string client_version = version
    2: HostAddr host
    3: string build_version
}

struct VerifyClientVersionResp {
    1: ErrorCode code
    2: HostAddr leader
    3: optional string error_msg (text = "lossy")
}

struct SaveGraphVersionReq {
    1: required string client_version = version
    2: HostAddr host
    3: string build_version
}

struct SaveGraphVersionResp {
    1: ErrorCode code
    2: HostAddr leader
    3: optional string error_msg (text = "lossy")
}

//! spec/meta-thrift.md §13.4
/** Properties of a space. */
struct SpaceDesc {
    1: string space_name
    2: i32 partition_num = 0
    3: i32 replica_factor = 0
    4: string charset_name
    5: string collate_name
    6: ColumnTypeDef vid_type = {"type": PropertyType.FIXED_STRING, "type_length": 8}
    7: list<string> zone_names
    8: optional IsolationLevel isolation_level
    9: optional string comment
}

/** Type of a column or of vertex ids. */
struct ColumnTypeDef {
    1: required PropertyType type
    2: optional i16 type_length = 0
    3: optional GeoShape geo_shape
}

struct SpaceItem {
    1: i32 space_id
    2: SpaceDesc properties
}

struct ListSpacesReq {
}

struct ListSpacesResp {
    1: ErrorCode code
    2: HostAddr leader
    3: list<IdName> spaces
}

struct GetSpaceReq {
    1: string space_name
}

struct GetSpaceResp {
    1: ErrorCode code
    2: HostAddr leader
    3: SpaceItem item
}

struct DropSpaceReq {
    1: string space_name
    2: bool if_exists
}

struct ListHostsReq {
    1: ListHostType type
}

struct ListHostsResp {
    1: ErrorCode code
    2: HostAddr leader
    3: list<HostItem> hosts
}

/** One row of SHOW HOSTS. */
struct HostItem {
    1: HostAddr hostAddr
    2: HostStatus status
    /** space name to partitions */
    3: map<string, list<i32>> leader_parts
    /** space name to partitions */
    4: map<string, list<i32>> all_parts
    5: HostRole role
    6: string git_info_sha
    7: optional string zone_name
    8: optional string version
}

struct AddHostsReq {
    1: list<HostAddr> hosts
}

struct DropHostsReq {
    1: list<HostAddr> hosts
}

struct AddHostsIntoZoneReq {
    1: list<HostAddr> hosts
    2: string zone_name
    3: bool is_new
}

struct ListZonesReq {
}

struct ListZonesResp {
    1: ErrorCode code
    2: HostAddr leader
    3: list<Zone> zones
}

struct Zone {
    1: string zone_name
    2: list<HostAddr> nodes
}

struct GetPartsAllocReq {
    1: i32 space_id
}

struct GetPartsAllocResp {
    1: ErrorCode code
    2: HostAddr leader
    3: map<i32, list<HostAddr>> parts
    4: optional map<i32, i64> terms
}

struct ListPartsReq {
    1: i32 space_id
    2: list<i32> part_ids
}

struct ListPartsResp {
    1: ErrorCode code
    2: HostAddr leader
    3: list<PartItem> parts
}

struct PartItem {
    1: required i32 part_id
    2: optional HostAddr leader
    3: required list<HostAddr> peers
    4: required list<HostAddr> losts
}

struct AdminJobReq {
    1: i32 space_id
    2: JobOp op
    3: JobType type
    4: list<string> paras
}

struct AdminJobResp {
    1: ErrorCode code
    2: HostAddr leader
    3: AdminJobResult result
}

struct AdminJobResult {
    1: optional i32 job_id
    2: optional list<JobDesc> job_desc
    3: optional list<TaskDesc> task_desc
    4: optional i32 recovered_job_num
}

struct JobDesc {
    1: i32 space_id
    2: i32 job_id
    3: JobType type
    4: list<string> paras
    5: JobStatus status
    6: i64 start_time
    7: i64 stop_time
    8: ErrorCode code
}

struct TaskDesc {
    1: i32 space_id
    2: i32 job_id
    3: i32 task_id
    4: HostAddr host
    5: JobStatus status
    6: i64 start_time
    7: i64 stop_time
    8: ErrorCode code
}

/** One registered configuration value. */
struct ConfigItem {
    1: ConfigModule module
    2: string name
    3: ConfigMode mode
    4: Value value
}

struct GetConfigReq {
    1: ConfigItem item
}

struct GetConfigResp {
    1: ErrorCode code
    2: HostAddr leader
    3: list<ConfigItem> items
}

struct ListConfigsReq {
    1: string space
    2: ConfigModule module
}

struct ListConfigsResp {
    1: ErrorCode code
    2: HostAddr leader
    3: list<ConfigItem> items
}

struct SetConfigReq {
    1: ConfigItem item
}

struct RegConfigReq {
    1: list<ConfigItem> items
}

/** A session of a graph client. */
struct Session {
    1: i64 session_id
    2: i64 create_time
    3: i64 update_time
    4: string user_name
    5: string space_name
    6: HostAddr graph_addr
    7: i32 timezone
    8: string client_ip
    9: map<string, Value> configs
    10: map<i64, QueryDesc> queries
}

struct QueryDesc {
    1: i64 start_time
    2: QueryStatus status
    3: i64 duration
    4: string query
    5: HostAddr graph_addr
}

struct StatsItem {
    1: map<string, i64> tag_vertices
    2: map<string, i64> edges
    3: i64 space_vertices
    4: i64 space_edges
    5: map<i32, list<Correlativity>> positive_part_correlativity
    6: map<i32, list<Correlativity>> negative_part_correlativity
    7: JobStatus status
}

struct Correlativity {
    1: i32 part_id
    2: double proportion
}

struct IndexItem {
    1: i32 index_id
    2: string index_name
    3: SchemaID schema_id
    4: string schema_name
    5: list<ColumnDef> fields
    6: optional string comment
    7: optional IndexParams index_params
}

struct IndexParams {
    1: optional i32 s2_max_level
    2: optional i32 s2_max_cells
}

/** A column of a tag or edge. */
struct ColumnDef {
    1: required string name
    2: required ColumnTypeDef type
    /** an encoded expression (spec/row-format.md §7.4), not a Value */
    3: optional binary default_value
    4: optional bool nullable = false
    5: optional string comment
}

/** One version of a tag or edge. */
struct Schema {
    1: list<ColumnDef> columns
    2: SchemaProp schema_prop
}

struct SchemaProp {
    1: optional i64 ttl_duration
    2: optional string ttl_col
    3: optional string comment
}

//! spec/row-format.md §7.2
struct TagItem {
    1: i32 tag_id
    2: string tag_name
    3: i64 version
    4: Schema schema
}

struct EdgeItem {
    1: i32 edge_type
    2: string edge_name
    3: i64 version
    4: Schema schema
}

//! spec/meta-thrift.md §7; fields as observed with NebulaGraph 3.8.0
struct CreateSpaceReq {
    1: SpaceDesc properties
    2: bool if_not_exists
}

//! spec/meta-thrift.md §7; field numbers of the 3.8 interface, not checked against a server
struct ClearSpaceReq {
    1: string space_name
    2: bool if_exists
}

struct CreateTagReq {
    1: i32 space_id
    2: string tag_name
    3: Schema schema
    4: bool if_not_exists
}

/** How ALTER changes a tag or edge. */
enum AlterSchemaOp {
    ADD = 1
    CHANGE = 2
    DROP = 3
    UNKNOWN = 4
}

struct AlterSchemaItem {
    1: AlterSchemaOp op
    2: Schema schema
}

struct AlterTagReq {
    1: i32 space_id
    2: string tag_name
    3: list<AlterSchemaItem> tag_items
    4: SchemaProp schema_prop
}

struct AlterEdgeReq {
    1: i32 space_id
    2: string edge_name
    3: list<AlterSchemaItem> edge_items
    4: SchemaProp schema_prop
}

struct DropTagReq {
    1: i32 space_id
    2: string tag_name
    3: bool if_exists
}

struct GetTagReq {
    1: i32 space_id
    2: string tag_name
    /** -1 asks for the newest */
    3: i64 version
}

struct GetTagResp {
    1: ErrorCode code
    2: HostAddr leader
    3: Schema schema
}

struct ListTagsReq {
    1: i32 space_id
}

struct ListTagsResp {
    1: ErrorCode code
    2: HostAddr leader
    3: list<TagItem> tags
}

struct CreateEdgeReq {
    1: i32 space_id
    2: string edge_name
    3: Schema schema
    4: bool if_not_exists
}

struct DropEdgeReq {
    1: i32 space_id
    2: string edge_name
    3: bool if_exists
}

struct GetEdgeReq {
    1: i32 space_id
    2: string edge_name
    /** -1 asks for the newest */
    3: i64 version
}

struct GetEdgeResp {
    1: ErrorCode code
    2: HostAddr leader
    3: Schema schema
}

struct ListEdgesReq {
    1: i32 space_id
}

struct ListEdgesResp {
    1: ErrorCode code
    2: HostAddr leader
    3: list<EdgeItem> edges
}

struct ListUsersReq {
}

struct ListUsersResp {
    1: ErrorCode code
    2: HostAddr leader
    /** account to the MD5 of its password, in hex */
    3: map<string, string> users
}

struct RoleItem {
    1: string user_id
    2: i32 space_id
    3: RoleType role_type
}

struct ListRolesReq {
    1: i32 space_id
}

struct ListRolesResp {
    1: ErrorCode code
    2: HostAddr leader
    3: list<RoleItem> roles
}

struct GetUserRolesReq {
    1: string account
}

struct CreateSessionReq {
    1: string user
    2: HostAddr graph_addr
    3: string client_ip
}

struct CreateSessionResp {
    1: ErrorCode code
    2: HostAddr leader
    3: Session session
}

struct UpdateSessionsReq {
    1: list<Session> sessions
}

struct UpdateSessionsResp {
    1: ErrorCode code
    2: HostAddr leader
    3: map<i64, map<i64, QueryDesc>> killed_queries
    4: list<i64> killed_sessions
}

struct ListSessionsReq {
}

struct ListSessionsResp {
    1: ErrorCode code
    2: HostAddr leader
    3: list<Session> sessions
}

struct GetSessionReq {
    1: i64 session_id
}

struct GetSessionResp {
    1: ErrorCode code
    2: HostAddr leader
    3: Session session
}

struct RemoveSessionReq {
    1: list<i64> session_ids
}

struct RemoveSessionResp {
    1: ErrorCode code
    2: HostAddr leader
    3: list<i64> removed_session_ids
}

struct GetZoneReq {
    1: string zone_name
}

struct GetZoneResp {
    1: ErrorCode code
    2: HostAddr leader
    3: list<HostAddr> hosts
}

struct GetStatsReq {
    1: i32 space_id
}

struct GetStatsResp {
    1: ErrorCode code
    2: HostAddr leader
    3: StatsItem stats
}

//! spec/meta-thrift.md §7
/** The service of metad. */
service MetaService {
    ExecResp createSpace(1: CreateSpaceReq req)
    ExecResp dropSpace(1: DropSpaceReq req)
    ExecResp clearSpace(1: ClearSpaceReq req)
    GetSpaceResp getSpace(1: GetSpaceReq req)
    ListSpacesResp listSpaces(1: ListSpacesReq req)
    ExecResp createTag(1: CreateTagReq req)
    ExecResp alterTag(1: AlterTagReq req)
    ExecResp dropTag(1: DropTagReq req)
    GetTagResp getTag(1: GetTagReq req)
    ListTagsResp listTags(1: ListTagsReq req)
    ExecResp createEdge(1: CreateEdgeReq req)
    ExecResp alterEdge(1: AlterEdgeReq req)
    ExecResp dropEdge(1: DropEdgeReq req)
    GetEdgeResp getEdge(1: GetEdgeReq req)
    ListEdgesResp listEdges(1: ListEdgesReq req)
    ExecResp addHosts(1: AddHostsReq req)
    ExecResp addHostsIntoZone(1: AddHostsIntoZoneReq req)
    ExecResp dropHosts(1: DropHostsReq req)
    ListHostsResp listHosts(1: ListHostsReq req)
    GetPartsAllocResp getPartsAlloc(1: GetPartsAllocReq req)
    ListPartsResp listParts(1: ListPartsReq req)
    ListUsersResp listUsers(1: ListUsersReq req)
    ListRolesResp listRoles(1: ListRolesReq req)
    ListRolesResp getUserRoles(1: GetUserRolesReq req)
    /** Heartbeat of graphd and storaged. */
    HBResp heartBeat(1: HBReq req)
    /** Registers an agent and returns the services of its host. */
    AgentHBResp agentHeartbeat(1: AgentHBReq req)
    ExecResp regConfig(1: RegConfigReq req)
    GetConfigResp getConfig(1: GetConfigReq req)
    ExecResp setConfig(1: SetConfigReq req)
    ListConfigsResp listConfigs(1: ListConfigsReq req)
    ExecResp createSnapshot(1: CreateSnapshotReq req)
    /** Drops the snapshot or backup checkpoint of the first name. Success does not prove that files are gone. */
    ExecResp dropSnapshot(1: DropSnapshotReq req)
    ListSnapshotsResp listSnapshots(1: ListSnapshotsReq req)
    AdminJobResp runAdminJob(1: AdminJobReq req)
    GetZoneResp getZone(1: GetZoneReq req)
    ListZonesResp listZones(1: ListZonesReq req)
    GetStatsResp getStats(1: GetStatsReq req)
    CreateSessionResp createSession(1: CreateSessionReq req)
    UpdateSessionsResp updateSessions(1: UpdateSessionsReq req)
    ListSessionsResp listSessions(1: ListSessionsReq req)
    GetSessionResp getSession(1: GetSessionReq req)
    RemoveSessionResp removeSession(1: RemoveSessionReq req)
    /** Blocks writes, checkpoints every storaged, exports the meta tables, opens writes. Takes as long as it takes: there is no time limit inside. */
    CreateBackupResp createBackup(1: CreateBackupReq req)
    /** Ingests exported tables into the metad asked: must be sent to every metad. */
    RestoreMetaResp restoreMeta(1: RestoreMetaReq req)
    /** Hosts and their services; needs an agent on every host. Leader only. */
    ListClusterInfoResp listCluster(1: ListClusterInfoReq req)
    /** Directories of the metad asked: every metad answers for itself. */
    GetMetaDirInfoResp getMetaDirInfo(1: GetMetaDirInfoReq req)
    /** Handshake of clients; any metad answers. */
    VerifyClientVersionResp verifyClientVersion(1: VerifyClientVersionReq req)
    SaveGraphVersionResp saveGraphVersion(1: SaveGraphVersionReq req)
}
