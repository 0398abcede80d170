using System.CommandLine;
using System.Reflection;
using Microsoft.Extensions.Logging;
using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Cleanup;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Roots;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Br.Options;
using NebulaKeep.Br.Output;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Sealed;

namespace NebulaKeep.Br.Commands;

/// <summary>What one command opens and must close: loggers, store, cluster.</summary>
sealed partial class Session : IAsyncDisposable
{
    readonly BrHost host;
    readonly ILoggerFactory loggers;
    readonly ILogger logger;
    IObjectStore? store;
    IClusterConnector? cluster;

    Session(BrHost host, ILoggerFactory loggers, bool json)
    {
        (this.host, this.loggers, IsJson) = (host, loggers, json);
        logger = loggers.CreateLogger("br");
        Observer = new LoggedObserver(PrintsText ? new TerminalObserver(host.Out) : new JsonObserver(host.Out, host.Clock), logger);
    }

    /// <summary>The result is a JSON document.</summary>
    public bool IsJson { get; }

    public IBackupObserver Observer { get; }

    /// <summary>Program and version as manifests and leases name them.</summary>
    public static string Program => $"br-ent {typeof(Session).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion}";

    bool PrintsText => host.IsTerminal && !IsJson;

    /// <summary>Runs a command's work in a session; a failure goes to the log, to programs that read the output, and on.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, OutputOptions output, BrHost host, Func<Session, Task<int>> work)
    {
        await using var session = new Session(host, output.Loggers(parsed, host), output.IsJson(parsed));
        try
        {
            return await work(session);
        }
        catch (Exception e)
        {
            session.LogFailed(e);
            session.LeaveMessage(Failed(e));
            if (!session.PrintsText) await host.Out.WriteLineAsync(Failed(e));
            throw;
        }
    }

    /// <summary>Opens a store as it lies there, without looking whether it is sealed.</summary>
    public IObjectStore OpenStore(StoreSettings settings) => store = host.OpenStore(settings, loggers);

    /// <summary>Opens a root, through its seal where it has one.</summary>
    /// <param name="wish">How a backup is to keep it; null for all other commands.</param>
    /// <exception cref="ObjectStore.Sealed.Root.RootException">It cannot be opened as the command line asks.</exception>
    public async Task<OpenedStore> OpenRootAsync(StoreOptions options, ParseResult parsed, RootWish? wish, CancellationToken cancellationToken)
    {
        var secret = options.ReadSecret(parsed, host.Environment);
        var settings = options.Read(parsed, host.Environment);
        var plain = OpenStore(settings);
        var gate = new RootGate(plain, host.Clock);
        var seal = wish is null ? await gate.OpenAsync(secret, cancellationToken) : await gate.OpenForBackupAsync(wish, secret, cancellationToken);
        if (seal is not null) store = SealedStore.Wrap(plain, seal);
        return new OpenedStore(store!, settings with { Seal = seal });
    }

    public IClusterConnector Connect(ConnectionSettings settings) => cluster = host.Connect(settings, loggers);

    /// <summary>How this process names itself to others.</summary>
    public LeaseHolder Self(string clusterKey) => new(Program, Environment.MachineName, Environment.ProcessId, host.Clock.GetUtcNow(), clusterKey);

    /// <summary>The last line of a command: a sentence, or a JSON document.</summary>
    public Task ResultAsync(string text, Action<System.Text.Json.Utf8JsonWriter> fields)
    {
        var json = JsonLine.Of(fields);
        LeaveMessage(json);
        return host.Out.WriteLineAsync(PrintsText ? text : json);
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null) await cluster.DisposeAsync();
        if (store is not null) await store.DisposeAsync();
        loggers.Dispose();
    }

    void LeaveMessage(string json)
    {
        if (TerminationMessage.Write(host, json) is { } problem) LogNoMessage(problem);
    }

    static string Failed(Exception failure) => JsonLine.Of(json =>
    {
        json.WriteString("event", "failed");
        if (failure is BackupFailedException { Name: { } name }) json.WriteString("name", name.Value);
        // Whoever wanted it gone has what they wanted.
        if (failure is NothingToCleanException) json.WriteString("reason", "NothingToClean");
        json.WriteString("message", failure.Message);
    });

    [LoggerMessage(Level = LogLevel.Error, Message = "failed")]
    partial void LogFailed(Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem}")]
    partial void LogNoMessage(string problem);
}
