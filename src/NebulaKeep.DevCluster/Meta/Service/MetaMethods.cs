using NebulaKeep.DevCluster.Meta.Records;
using NebulaKeep.DevCluster.Meta.Replication;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Thrift.Server;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>Which handler answers which method of MetaService.</summary>
static class MetaMethods
{
    public static ThriftHandlers Build(MetaContext context, JobHandler jobs)
    {
        var handlers = new ThriftHandlers();
        var calls = new MetaCalls(context, handlers);
        AddLocal(calls, context);
        AddHosts(calls, context);
        AddSpaces(calls, context);
        AddSchemas(calls, context);
        AddSnapshots(calls, context, jobs);
        AddSessions(calls, context);
        AddUsersAndConfigs(calls, context);
        handlers.On(ReplicationService.Replicate, (request, _) => Task.FromResult(context.Group.Accept(request)));
        handlers.On(ReplicationService.ReadStore, (request, _) => Task.FromResult(context.Group.Read(request)));
        return handlers;
    }

    static void AddLocal(MetaCalls calls, MetaContext context)
    {
        var handshake = new HandshakeHandler(context);
        var restore = new RestoreHandler(context);
        calls
            .OnAny(MetaService.VerifyClientVersion, (r, _) => Task.FromResult(handshake.Verify(r)), (c, l) => new VerifyClientVersionResp { Code = c, Leader = l })
            .OnAny(MetaService.GetMetaDirInfo, (_, _) => Task.FromResult(handshake.DirInfo()), (c, _) => new GetMetaDirInfoResp { Code = c })
            .OnAny(MetaService.RestoreMeta, restore.RestoreAsync, (c, l) => new RestoreMetaResp { Code = c, Leader = l })
            .OnLeader(MetaService.SaveGraphVersion, handshake.SaveGraphVersionAsync, (c, l) => new SaveGraphVersionResp { Code = c, Leader = l });
    }

    static void AddHosts(MetaCalls calls, MetaContext context)
    {
        var (heartbeats, hosts, cluster) = (new HeartbeatHandler(context), new HostHandler(context), new ClusterHandler(context));
        calls
            .OnLeader(MetaService.HeartBeat, heartbeats.HeartbeatAsync, (c, l) => new HBResp { Code = c, Leader = l })
            .OnLeader(MetaService.AgentHeartbeat, heartbeats.AgentAsync, (c, l) => new AgentHBResp { Code = c, Leader = l })
            .OnLeader(MetaService.ListCluster, (_, token) => cluster.ListAsync(token), (c, l) => new ListClusterInfoResp { Code = c, Leader = l })
            .OnLeader(MetaService.AddHosts, hosts.AddAsync, Failed)
            .OnLeader(MetaService.DropHosts, hosts.DropAsync, Failed)
            .OnLeader(MetaService.AddHostsIntoZone, hosts.AddIntoZoneAsync, Failed)
            .OnLeader(MetaService.ListZones, _ => hosts.ListZones(), (c, l) => new ListZonesResp { Code = c, Leader = l })
            .OnLeader(MetaService.GetZone, hosts.GetZone, (c, l) => new GetZoneResp { Code = c, Leader = l })
            .OnLeader(MetaService.ListHosts, hosts.ListAsync, (c, l) => new ListHostsResp { Code = c, Leader = l });
    }

    static void AddSpaces(MetaCalls calls, MetaContext context)
    {
        var spaces = new SpaceHandler(context);
        calls
            .OnLeader(MetaService.CreateSpace, spaces.CreateAsync, Failed)
            .OnLeader(MetaService.DropSpace, spaces.DropAsync, Failed)
            .OnLeader(MetaService.GetSpace, spaces.Get, (c, l) => new GetSpaceResp { Code = c, Leader = l })
            .OnLeader(MetaService.ListSpaces, _ => spaces.List(), (c, l) => new ListSpacesResp { Code = c, Leader = l })
            .OnLeader(MetaService.GetPartsAlloc, spaces.PartsAlloc, (c, l) => new GetPartsAllocResp { Code = c, Leader = l })
            .OnLeader(MetaService.ListParts, spaces.ListParts, (c, l) => new ListPartsResp { Code = c, Leader = l });
    }

    static void AddSchemas(MetaCalls calls, MetaContext context)
    {
        var (tags, edges) = (SchemaHandler.Tags(context), SchemaHandler.Edges(context));
        calls
            .OnLeader(MetaService.CreateTag, (r, t) => tags.CreateAsync(r.SpaceId, r.TagName, r.Schema, r.IfNotExists, t), Failed)
            .OnLeader(MetaService.CreateEdge, (r, t) => edges.CreateAsync(r.SpaceId, r.EdgeName, r.Schema, r.IfNotExists, t), Failed)
            .OnLeader(MetaService.AlterTag, (r, t) => tags.AddColumnsAsync(r.SpaceId, r.TagName, Added(r.TagItems), t), Failed)
            .OnLeader(MetaService.AlterEdge, (r, t) => edges.AddColumnsAsync(r.SpaceId, r.EdgeName, Added(r.EdgeItems), t), Failed)
            .OnLeader(MetaService.DropTag, (r, t) => tags.DropAsync(r.SpaceId, r.TagName, r.IfExists, t), Failed)
            .OnLeader(MetaService.DropEdge, (r, t) => edges.DropAsync(r.SpaceId, r.EdgeName, r.IfExists, t), Failed)
            .OnLeader(MetaService.GetTag, r => new GetTagResp { Schema = tags.Get(r.SpaceId, r.TagName, r.Version) }, (c, l) => new GetTagResp { Code = c, Leader = l })
            .OnLeader(MetaService.GetEdge, r => new GetEdgeResp { Schema = edges.Get(r.SpaceId, r.EdgeName, r.Version) }, (c, l) => new GetEdgeResp { Code = c, Leader = l })
            .OnLeader(MetaService.ListTags, r => new ListTagsResp { Tags = [.. tags.List(r.SpaceId).Select(TagItemOf)] }, (c, l) => new ListTagsResp { Code = c, Leader = l })
            .OnLeader(MetaService.ListEdges, r => new ListEdgesResp { Edges = [.. edges.List(r.SpaceId).Select(EdgeItemOf)] }, (c, l) => new ListEdgesResp { Code = c, Leader = l });
    }

    static void AddSnapshots(MetaCalls calls, MetaContext context, JobHandler jobs)
    {
        var work = new CheckpointWork(context);
        var (backups, snapshots) = (new BackupHandler(context, work, jobs), new SnapshotHandler(context, work, jobs));
        calls
            .OnLeader(MetaService.CreateBackup, backups.CreateAsync, (c, l) => new CreateBackupResp { Code = c, Leader = l })
            .OnLeader(MetaService.CreateSnapshot, (_, token) => snapshots.CreateAsync(token), Failed)
            .OnLeader(MetaService.DropSnapshot, snapshots.DropAsync, Failed)
            .OnLeader(MetaService.ListSnapshots, _ => snapshots.List(), (c, l) => new ListSnapshotsResp { Code = c, Leader = l })
            .OnLeader(MetaService.RunAdminJob, jobs.RunAsync, (c, l) => new AdminJobResp { Code = c, Leader = l })
            .OnLeader(MetaService.GetStats, jobs.Stats, (c, l) => new GetStatsResp { Code = c, Leader = l });
    }

    static void AddSessions(MetaCalls calls, MetaContext context)
    {
        var sessions = new SessionHandler(context, new UserHandler(context));
        calls
            .OnLeader(MetaService.CreateSession, sessions.CreateAsync, (c, l) => new CreateSessionResp { Code = c, Leader = l })
            .OnLeader(MetaService.UpdateSessions, sessions.UpdateAsync, (c, l) => new UpdateSessionsResp { Code = c, Leader = l })
            .OnLeader(MetaService.GetSession, sessions.Get, (c, l) => new GetSessionResp { Code = c, Leader = l })
            .OnLeader(MetaService.ListSessions, _ => sessions.List(), (c, l) => new ListSessionsResp { Code = c, Leader = l })
            .OnLeader(MetaService.RemoveSession, sessions.RemoveAsync, (c, l) => new RemoveSessionResp { Code = c, Leader = l });
    }

    static void AddUsersAndConfigs(MetaCalls calls, MetaContext context)
    {
        var users = new UserHandler(context);
        calls
            .OnLeader(MetaService.ListUsers, _ => users.List(), (c, l) => new ListUsersResp { Code = c, Leader = l })
            .OnLeader(MetaService.ListRoles, users.RolesIn, (c, l) => new ListRolesResp { Code = c, Leader = l })
            .OnLeader(MetaService.GetUserRoles, users.RolesOf, (c, l) => new ListRolesResp { Code = c, Leader = l })
            .OnLeader(MetaService.GetConfig, _ => ConfigHandler.Get(), (c, l) => new GetConfigResp { Code = c, Leader = l })
            .OnLeader(MetaService.ListConfigs, _ => ConfigHandler.List(), (c, l) => new ListConfigsResp { Code = c, Leader = l });
    }

    static ExecResp Failed(ErrorCode code, HostAddr leader) => new() { Code = code, Leader = leader };

    // Other changes of a schema are not understood here; refusing them keeps the stored versions true.
    static List<ColumnDef> Added(IReadOnlyList<AlterSchemaItem> items) => items.All(i => i.Op == AlterSchemaOp.ADD)
        ? [.. items.SelectMany(i => i.Schema.Columns)]
        : throw new MetaErrorException(ErrorCode.E_UNSUPPORTED);

    static TagItem TagItemOf(SchemaVersion version) => new() { TagId = version.Id, TagName = version.Name, Version = version.Version, Schema = version.Schema };

    static EdgeItem EdgeItemOf(SchemaVersion version) => new() { EdgeType = version.Id, EdgeName = version.Name, Version = version.Version, Schema = version.Schema };
}
