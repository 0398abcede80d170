using NebulaKeep.Agent.Cli;
using NebulaKeep.Core;
using NebulaKeep.Rpc.Agent;
using NebulaKeep.Rpc.Client;
using NebulaKeep.Security;
using NebulaKeep.Testing;

namespace NebulaKeep.Agent.Tests.Support;

/// <summary>A whole agent in this process, on a free loopback port, and clients to it.</summary>
sealed class RunningAgent : IAsyncDisposable
{
    readonly List<IDisposable> channels = [];

    RunningAgent(AgentProcess process, LogBook log) => (Process, Log) = (process, log);

    public AgentProcess Process { get; }

    public LogBook Log { get; }

    public HostAddress Address => At(0);

    public static async Task<RunningAgent> StartAsync(TestPki pki, Func<AgentSettings, AgentSettings>? change = null, TimeProvider? clock = null)
    {
        var settings = new AgentSettings { Agent = new HostAddress("127.0.0.1", 0), ListenerTls = pki.Server() };
        var log = new LogBook();
        var process = new AgentProcess(change?.Invoke(settings) ?? settings, "test", log, clock ?? TimeProvider.System, new Random(1));
        var agent = new RunningAgent(process, log);
        await process.StartAsync(CancellationToken.None);
        return agent;
    }

    public HostAddress At(int port) => new("127.0.0.1", Process.EndPoints[port].Port);

    /// <summary>A client that shows this certificate.</summary>
    public AgentClient Client(TlsFiles files, ClientTlsSettings? settings = null) => new(Address, new AgentClientOptions { Channel = Options(files, settings) });

    public GrpcChannel Channel(TlsFiles files) => Minded(new GrpcChannel(Address, Options(files, null)));

    /// <summary>A channel without TLS.</summary>
    public GrpcChannel Plaintext(int port) => Minded(new GrpcChannel(At(port), new GrpcChannelOptions()));

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in channels) channel.Dispose();
        await Process.DisposeAsync();
    }

    static GrpcChannelOptions Options(TlsFiles files, ClientTlsSettings? settings)
    {
        var http2 = (settings ?? new ClientTlsSettings()) with { ApplicationProtocols = GrpcChannelOptions.TlsSettings.ApplicationProtocols };
        return new() { Tls = ClientTls.Open(files, http2, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance) };
    }

    GrpcChannel Minded(GrpcChannel channel)
    {
        channels.Add(channel);
        return channel;
    }
}
