using System.Net;
using Microsoft.Extensions.Logging;
using NebulaKeep.Agent.Cli;
using NebulaKeep.Agent.Daemons;
using NebulaKeep.Agent.Guard;
using NebulaKeep.Agent.Journals;
using NebulaKeep.Agent.Registration;
using NebulaKeep.Agent.Services;
using NebulaKeep.Agent.Transfer;
using NebulaKeep.Core;
using NebulaKeep.Core.Transfer;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Rpc.Server;
using NebulaKeep.Security;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.Agent;

/// <summary>A whole agent: its port or ports, and its heartbeats. Metad may be away when it starts.</summary>
sealed partial class AgentProcess : IAsyncDisposable
{
    /// <summary>A heartbeat is small; a metad that takes longer is tried again by the loop.</summary>
    static readonly TimeSpan HeartbeatTime = TimeSpan.FromSeconds(10);

    /// <summary>How long running calls may go on after the agent was told to end.</summary>
    static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(30);

    readonly CancellationTokenSource stopping = new();
    readonly TaskCompletionSource stopAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly AgentSettings settings;
    readonly ILoggerFactory loggers;
    readonly ILogger logger;
    readonly HostDirectories directories;
    readonly HeartbeatLoop? heartbeats;
    readonly NebulaMetad? metad;
    readonly RpcRouter router;
    RpcServer? server;
    Task beating = Task.CompletedTask;

    /// <summary>Puts the parts together; nothing is opened yet.</summary>
    /// <exception cref="CertificateFileException">The certificates towards metad cannot be used.</exception>
    public AgentProcess(AgentSettings settings, string version, ILoggerFactory loggers, TimeProvider clock, Random random)
    {
        (this.settings, this.loggers, logger) = (settings, loggers, loggers.CreateLogger<AgentProcess>());
        directories = new HostDirectories(settings.AllowedDirectories, settings.StoreRoots);
        var (guard, limiter) = (new DirectoryGuard(directories), new ByteRateLimiter(settings.BytesPerSecond, clock));
        var disk = new MoveDisk(guard);
        var journals = new JournalStore(guard, directories, disk, DaemonControl.RequireStopped);
        metad = settings.Metads.Count == 0 ? null : Metad(version, clock, random);
        heartbeats = metad is null ? null : new HeartbeatLoop(metad, directories, settings.HeartbeatInterval, clock, random, loggers.CreateLogger<HeartbeatLoop>());
        var parts = new AgentParts(
            new AgentSelf(settings.Agent, version, directories, clock), guard, StoreOpener.Real(guard, loggers, clock), new Uploader(guard, limiter, clock),
            new Downloader(guard, limiter, clock), new DaemonControl(clock), journals, new Checkpoints(guard, directories, disk), () => heartbeats?.Nudge());
        router = new RpcRouter(Failures.Explain, clock, loggers.CreateLogger<RpcRouter>());
        new BackupAgentService(parts).AddTo(router);
        if (settings.UpstreamCompat) AddUpstream(parts, disk);
        Clock = clock;
    }

    /// <summary>The open ports, the agent's own first.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => server?.EndPoints ?? [];

    /// <summary>Ends when a client calls upstream's StopAgent.</summary>
    public Task StopAsked => stopAsked.Task;

    TimeProvider Clock { get; }

    /// <summary>Opens the ports and begins to register.</summary>
    /// <exception cref="NebulaKeepException">A certificate cannot be used, or the own host name is not known.</exception>
    /// <exception cref="IOException">A port cannot be opened.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        server = await RpcServer.StartAsync(await ListenersAsync(cancellationToken), router, loggers, cancellationToken);
        LogStarted(settings.Agent);
        foreach (var root in settings.StoreRoots) LogStoreRoot(root);
        if (heartbeats is not null) beating = heartbeats.RunAsync(stopping.Token);
    }

    /// <summary>Takes no new calls, waits for the running ones for half a minute, then cuts them.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        await beating;
        if (server is null) return;
        using var grace = new CancellationTokenSource(GracePeriod, Clock);
        await server.StopAsync(grace.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await beating;
        if (server is not null) await server.DisposeAsync();
        if (metad is not null) await metad.DisposeAsync();
        heartbeats?.Dispose();
        stopping.Dispose();
    }

    NebulaMetad Metad(string version, TimeProvider clock, Random random)
    {
        var tls = settings.MetaTls is { } files ? ClientTls.Open(files, new ClientTlsSettings(), clock, loggers.CreateLogger<ClientTls>()) : null;
        var options = new MetaClientOptions
        {
            Addresses = settings.Metads,
            Connection = new ThriftClientOptions { Tls = tls, CallTimeout = HeartbeatTime, ConnectTimeout = HeartbeatTime, Clock = clock },
            Retry = new RetryOptions { RetryFor = HeartbeatTime, Random = random },
            ClientAddress = settings.Agent,
        };
        return new NebulaMetad(new MetaClient(options), settings.Agent, version);
    }

    void AddUpstream(AgentParts parts, MoveDisk disk)
    {
        var access = settings.PlaintextListener is null ? RpcAccess.Authenticated : RpcAccess.Anyone;
        new UpstreamAgentService(parts, () => stopAsked.TrySetResult()).AddTo(router, access);
        new UpstreamStorageService(parts, disk).AddTo(router, access);
    }

    async Task<IReadOnlyList<RpcListener>> ListenersAsync(CancellationToken cancellationToken)
    {
        var listeners = new List<RpcListener>();
        if (!settings.IsPlaintextOnly) listeners.Add(new RpcListener(await ResolveAsync(settings.Agent, cancellationToken), Tls()));
        if (settings.PlaintextListener is not { } plaintext) return listeners;
        LogPlaintext(plaintext);
        listeners.Add(new RpcListener(await ResolveAsync(plaintext, cancellationToken), null));
        return listeners;
    }

    ServerTls Tls()
    {
        var names = settings.AllowedClients is { } allowed ? ClientNamePolicy.Only(allowed) : ClientNamePolicy.Any;
        return ServerTls.Open(settings.ListenerTls, new ServerTlsSettings { Names = names }, Clock, loggers.CreateLogger<ServerTls>());
    }

    static async Task<IPEndPoint> ResolveAsync(HostAddress address, CancellationToken cancellationToken)
    {
        try
        {
            var found = await Dns.GetHostAddressesAsync(address.Host, cancellationToken);
            return new IPEndPoint(found[0], address.Port);
        }
        catch (System.Net.Sockets.SocketException e)
        {
            throw new NebulaKeepException($"the address {address} cannot be listened on: {e.Message}; --agent must name this host", e);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Agent {Address} is ready")]
    partial void LogStarted(HostAddress address);

    [LoggerMessage(Level = LogLevel.Information, Message = "Local stores may lie in {StoreRoot}")]
    partial void LogStoreRoot(string storeRoot);

    [LoggerMessage(Level = LogLevel.Warning, Message = "INSECURE: {Address} serves upstream's calls WITHOUT TLS and WITHOUT authentication. Whoever reaches this port can read, replace and remove this host's data")]
    partial void LogPlaintext(HostAddress address);
}
