using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.Nebula.Calls
{
    /// <summary>A response of metad that carries a code and, when the code is E_LEADER_CHANGED, maybe the leader.</summary>
    public interface IMetaResponse
    {
        /// <summary>Success or what went wrong.</summary>
        ErrorCode Code { get; }

        /// <summary>The leader's service address; empty where it is not known.</summary>
        HostAddr Leader { get; }
    }
}

namespace NebulaKeep.Nebula.Meta
{
    public partial record CreateBackupResp : IMetaResponse;
    public partial record RestoreMetaResp : IMetaResponse;
    public partial record ListSnapshotsResp : IMetaResponse;
    public partial record ExecResp : IMetaResponse;
    public partial record ListClusterInfoResp : IMetaResponse;
    public partial record AgentHBResp : IMetaResponse;
    public partial record HBResp : IMetaResponse;
    public partial record VerifyClientVersionResp : IMetaResponse;
    public partial record SaveGraphVersionResp : IMetaResponse;
    public partial record ListSpacesResp : IMetaResponse;
    public partial record GetSpaceResp : IMetaResponse;
    public partial record ListHostsResp : IMetaResponse;
    public partial record ListZonesResp : IMetaResponse;
    public partial record GetPartsAllocResp : IMetaResponse;
    public partial record ListPartsResp : IMetaResponse;
    public partial record AdminJobResp : IMetaResponse;
    public partial record GetConfigResp : IMetaResponse;
    public partial record ListConfigsResp : IMetaResponse;
    public partial record GetTagResp : IMetaResponse;
    public partial record ListTagsResp : IMetaResponse;
    public partial record GetEdgeResp : IMetaResponse;
    public partial record ListEdgesResp : IMetaResponse;
    public partial record ListUsersResp : IMetaResponse;
    public partial record ListRolesResp : IMetaResponse;
    public partial record CreateSessionResp : IMetaResponse;
    public partial record UpdateSessionsResp : IMetaResponse;
    public partial record ListSessionsResp : IMetaResponse;
    public partial record GetSessionResp : IMetaResponse;
    public partial record RemoveSessionResp : IMetaResponse;
    public partial record GetZoneResp : IMetaResponse;
    public partial record GetStatsResp : IMetaResponse;
}
