using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Thrift.Server;

namespace NebulaKeep.Nebula.Tests.Support;

/// <summary>A metad that answers as a test wants, on a port of the system's choice.</summary>
sealed class FakeMetad : IAsyncDisposable
{
    readonly ConcurrentQueue<string> calls = new();

    internal FakeMetad(string version = NebulaProtocol.Version, ThriftServerOptions? options = null)
    {
        ListSpaces = _ => Answer(new ListSpacesResp { Spaces = [new IdName { Id = new ID { SpaceId = 1 }, Name = "of " + Address }] });
        CreateBackup = _ => Answer(new CreateBackupResp { Meta = new BackupMeta { BackupName = "B" } });
        DropSnapshot = (_, _) => Answer(new ExecResp());
        var handlers = new ThriftHandlers()
            .On(MetaService.VerifyClientVersion, (request, _) => Task.FromResult(Greet(request, version)))
            .On(MetaService.ListSpaces, async (_, cancellationToken) => await ListSpaces(cancellationToken))
            .On(MetaService.CreateBackup, async (_, cancellationToken) => await CreateBackup(cancellationToken))
            .On(MetaService.DropSnapshot, async (request, cancellationToken) => await DropSnapshot(request, cancellationToken))
            .On(MetaService.GetMetaDirInfo, (_, _) => Task.FromResult(new GetMetaDirInfoResp { Dir = new DirInfo { Root = Address.ToString(), Data = ["/d"] } }))
            .On(MetaService.AgentHeartbeat, (request, _) =>
                Task.FromResult(new AgentHBResp { ServiceList = [new ServiceInfo { Addr = request.Host, Role = HostRole.AGENT }] }));
        Server = ThriftServer.Start(new IPEndPoint(IPAddress.Loopback, 0), handlers, options ?? new(), NullLogger.Instance);
    }

    internal ThriftServer Server { get; }

    internal HostAddress Address => Server.Address;

    internal IReadOnlyList<string> Calls => [.. calls];

    internal VerifyClientVersionReq? Greeting { get; private set; }

    internal Func<CancellationToken, Task<ListSpacesResp>> ListSpaces { get; set; }

    internal Func<CancellationToken, Task<CreateBackupResp>> CreateBackup { get; set; }

    internal Func<DropSnapshotReq, CancellationToken, Task<ExecResp>> DropSnapshot { get; set; }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>From now on a follower that names this leader, or none.</summary>
    internal void Follow(HostAddress? leader)
    {
        var named = leader is { } known ? HostAddr.Of(known) : HostAddr.Empty;
        ListSpaces = _ => Answer(new ListSpacesResp { Code = ErrorCode.E_LEADER_CHANGED, Leader = named });
        CreateBackup = _ => Answer(new CreateBackupResp { Code = ErrorCode.E_LEADER_CHANGED, Leader = named });
        DropSnapshot = (_, _) => Answer(new ExecResp { Code = ErrorCode.E_LEADER_CHANGED, Leader = named });
    }

    Task<T> Answer<T>(T response)
    {
        calls.Enqueue(typeof(T).Name);
        return Task.FromResult(response);
    }

    VerifyClientVersionResp Greet(VerifyClientVersionReq request, string version)
    {
        Greeting = request;
        calls.Enqueue(nameof(VerifyClientVersionResp));
        return request.ClientVersion == version
            ? new VerifyClientVersionResp()
            : new VerifyClientVersionResp { Code = ErrorCode.E_CLIENT_SERVER_INCOMPATIBLE,
                ErrorMsg = $"Meta client handshakeKey({request.ClientVersion}) is not accepted." };
    }
}
