using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>Sessions of graph clients; ids are metad's clock in microseconds (spec/graph-service.md §4). A running backup does not hold them up.</summary>
sealed class SessionHandler(MetaContext context, UserHandler users)
{
    public async Task<CreateSessionResp> CreateAsync(CreateSessionReq request, CancellationToken cancellationToken)
    {
        using var global = await context.GlobalLock.WriteAsync(cancellationToken);
        if (!users.Exists(request.User)) throw new MetaErrorException(ErrorCode.E_USER_NOT_FOUND);
        var id = NowMicroseconds();
        while (context.Store.Get(MetaKeys.Session(id)) is not null) id++;
        var session = new Session
        {
            SessionId = id,
            CreateTime = id,
            UpdateTime = id,
            UserName = request.User,
            GraphAddr = request.GraphAddr,
            ClientIp = request.ClientIp,
        };
        await StoreAsync([session], cancellationToken);
        return new CreateSessionResp { Session = session };
    }

    public async Task<UpdateSessionsResp> UpdateAsync(UpdateSessionsReq request, CancellationToken cancellationToken)
    {
        using var global = await context.GlobalLock.WriteAsync(cancellationToken);
        var known = request.Sessions.ToLookup(s => context.Store.Get(MetaKeys.Session(s.SessionId)) is not null);
        await StoreAsync(known[true], cancellationToken);
        return new UpdateSessionsResp { KilledSessions = [.. known[false].Select(s => s.SessionId)] };
    }

    public GetSessionResp Get(GetSessionReq request) =>
        context.Store.Get(MetaKeys.Session(request.SessionId)) is { } value
            ? new GetSessionResp { Session = CompactStruct.Read<Session>(value) }
            : throw new MetaErrorException(ErrorCode.E_SESSION_NOT_FOUND);

    public ListSessionsResp List() => new() { Sessions = [.. context.Store.Scan(MetaTables.Sessions).Select(r => CompactStruct.Read<Session>(r.Value))] };

    public async Task<RemoveSessionResp> RemoveAsync(RemoveSessionReq request, CancellationToken cancellationToken)
    {
        using var global = await context.GlobalLock.WriteAsync(cancellationToken);
        var present = request.SessionIds.Where(id => context.Store.Get(MetaKeys.Session(id)) is not null).ToList();
        var batch = new MetaBatch();
        foreach (var id in present) batch.Remove(MetaKeys.Session(id));
        if (!batch.IsEmpty) await context.Group.CommitAsync(batch, cancellationToken);
        return new RemoveSessionResp { RemovedSessionIds = present };
    }

    Task StoreAsync(IEnumerable<Session> sessions, CancellationToken cancellationToken)
    {
        var batch = new MetaBatch();
        foreach (var session in sessions) batch.Put(MetaKeys.Session(session.SessionId), CompactStruct.Write(session));
        return batch.IsEmpty ? Task.CompletedTask : context.Group.CommitAsync(batch, cancellationToken);
    }

    long NowMicroseconds() => (context.Environment.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
