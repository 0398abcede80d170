using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Thrift.Server;

namespace NebulaKeep.Agent.Tests.Support;

/// <summary>A metad that takes heartbeats and says what a test wants.</summary>
sealed class FakeMetad : IAsyncDisposable
{
    readonly ConcurrentQueue<AgentHBReq> heartbeats = new();
    readonly ThriftServer server;

    public FakeMetad(int port = 0)
    {
        var handlers = new ThriftHandlers()
            .On(MetaService.VerifyClientVersion, (_, _) => Task.FromResult(new VerifyClientVersionResp()))
            .On(MetaService.GetMetaDirInfo, (_, _) => Task.FromResult(new GetMetaDirInfoResp { Dir = new DirInfo { Root = $"/metad{Address.Port}", Data = ["data/meta"] } }))
            .On(MetaService.AgentHeartbeat, (request, _) => Task.FromResult(Answer(request)));
        server = ThriftServer.Start(new IPEndPoint(IPAddress.Loopback, port), handlers, new ThriftServerOptions(), NullLogger.Instance);
    }

    public HostAddress Address => server.Address;

    public IReadOnlyList<AgentHBReq> Heartbeats => [.. heartbeats];

    public IReadOnlyList<ServiceInfo> Services { get; set; } = [];

    /// <summary>Where set, this metad is a follower.</summary>
    public HostAddress? Leader { get; set; }

    public static ServiceInfo Service(HostRole role, HostAddress address, string root, params string[] data) =>
        new() { Role = role, Addr = HostAddr.Of(address), Dir = new DirInfo { Root = root, Data = data } };

    public ValueTask DisposeAsync() => server.DisposeAsync();

    AgentHBResp Answer(AgentHBReq request)
    {
        if (Leader is { } leader) return new AgentHBResp { Code = ErrorCode.E_LEADER_CHANGED, Leader = HostAddr.Of(leader) };
        heartbeats.Enqueue(request);
        return new AgentHBResp { ServiceList = Services };
    }
}
