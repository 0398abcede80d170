using Microsoft.Extensions.Logging;
using NebulaKeep.Kubernetes.Configuration;
using NebulaKeep.Operator.Clusters.Daemons;
using NebulaKeep.Operator.Hosting;
using NebulaKeep.Operator.Restores;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>An operator in this process, and all that it logged.</summary>
sealed class RunningOperator : IAsyncDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly Task run;

    RunningOperator(OperatorHost host, LogSink log)
    {
        (Host, Log) = (host, log);
        run = host.RunAsync(stop.Token);
    }

    public OperatorHost Host { get; }

    public LogSink Log { get; }

    public static RunningOperator Start(KubeConfig config, OperatorOptions? options = null, TimeProvider? time = null, LogSink? log = null, IClusterDaemons? daemons = null, IBackupLooker? backups = null)
    {
        log ??= new LogSink();
        var loggers = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Debug).AddProvider(log));
        return new RunningOperator(new OperatorHost(options ?? Options(), config, time ?? TimeProvider.System, new Random(1), loggers, daemons, backups), log);
    }

    /// <summary>
    /// On free ports, and only in one namespace where one is named: tests must not disturb each other. Tests of backups play the controller
    /// of clusters themselves.
    /// </summary>
    public static OperatorOptions Options(params string[] namespaces) => new() { Controllers = ["nebulabackup", "nebulacronbackup"], MetricsAddress = "127.0.0.1:0", HealthAddress = "127.0.0.1:0", WatchNamespaces = namespaces };

    /// <summary>Ends it; what it does when it ends may fail, as after a kill nobody would see it.</summary>
    public async Task KillAsync()
    {
        await stop.CancelAsync();
        await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await run;
        await Host.DisposeAsync();
        stop.Dispose();
    }
}

/// <summary>Keeps log lines with their exceptions.</summary>
sealed class LogSink : ILoggerProvider
{
    readonly System.Collections.Concurrent.ConcurrentQueue<string> lines = new();

    public IReadOnlyCollection<string> Lines => lines;

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
        // Nothing to close.
    }

    sealed class Logger(LogSink sink) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            sink.lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
    }
}
