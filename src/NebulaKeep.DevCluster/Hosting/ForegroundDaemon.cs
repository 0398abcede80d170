using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Configuration;

namespace NebulaKeep.DevCluster.Hosting;

/// <summary>One daemon in this process, from its start to SIGTERM.</summary>
sealed partial class ForegroundDaemon(DaemonRole role, DaemonFlags flags, string directory, ILoggerFactory loggers, TimeProvider clock, Random random)
{
    readonly string program = role.ProgramName();
    readonly ILogger logger = loggers.CreateLogger("Daemon");
    readonly TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs until a signal ends it in good order, or until the daemon must not go on.</summary>
    /// <param name="pidFile">Names this process once all ports are open.</param>
    /// <param name="ready">Called once all ports are open, before the pid file is written.</param>
    /// <exception cref="NebulaKeepException">It cannot start, or cannot go on.</exception>
    public async Task RunAsync(PidFile pidFile, Action ready)
    {
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        foreach (var flag in flags.Unknown) LogUnknown(logger, flag);
        await using var daemon = DaemonStarter.Start(role, flags, directory, loggers, clock, random);
        await using var status = await DaemonStarter.StartStatusAsync(role, flags, loggers, CancellationToken.None);
        ready();
        pidFile.Write(Environment.ProcessId);
        LogRunning(logger, program, daemon.Address, status.Port);
        await EndAsync(daemon, pidFile);
    }

    async Task EndAsync(IDevDaemon daemon, PidFile pidFile)
    {
        try
        {
            if (await Task.WhenAny(stop.Task, daemon.Failure) == daemon.Failure)
            {
                await daemon.KillAsync();
                await daemon.Failure;
            }
        }
        finally
        {
            await daemon.DisposeAsync();
            pidFile.RemoveOwn();
            LogEnded(logger, program);
        }
    }

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stop.TrySetResult();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Program} listens on {Address}, for HTTP on port {HttpPort}")]
    static partial void LogRunning(ILogger logger, string program, HostAddress address, int httpPort);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Program} has ended")]
    static partial void LogEnded(ILogger logger, string program);

    [LoggerMessage(Level = LogLevel.Warning, Message = "--{Flag} has no effect here")]
    static partial void LogUnknown(ILogger logger, string flag);
}
