using Microsoft.Extensions.Logging;

namespace NebulaKeep.Agent.Registration;

/// <summary>
/// Registers the agent every interval. After a failure it tries again sooner, with growing pauses, so that an agent is known
/// again soon after metad's restart and not up to two intervals later as upstream's (observed with nebula-agent 3.7.1).
/// </summary>
sealed partial class HeartbeatLoop(IMetad metad, HostDirectories directories, TimeSpan interval, TimeProvider clock, Random random, ILogger logger) : IDisposable
{
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(15);

    readonly SemaphoreSlim nudge = new(0, 1);
    int failures;

    /// <summary>Registers again soon: a daemon was started, maybe a metad that knows nobody.</summary>
    public void Nudge()
    {
        try
        {
            nudge.Release();
        }
        catch (SemaphoreFullException)
        {
            // One is waiting already.
        }
    }

    /// <summary>Runs until cancelled; nothing that metad says or does ends it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await BeatAsync(cancellationToken);
                await PauseAsync(failures == 0 ? interval : PauseAfter(failures), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The agent ends. Metad forgets it by itself; upstream's agents do not deregister either.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => nudge.Dispose();

    async Task BeatAsync(CancellationToken cancellationToken)
    {
        try
        {
            var report = await metad.RegisterAsync(cancellationToken);
            directories.Learn(report.Services);
            Judge(report);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Includes answers such as -2074, with which metad has still registered us, and what nobody foresaw: without
            // heartbeats the host drops out of every backup, so nothing but the agent's end may stop them.
            failures++;
            LogFailed(failures, e.Message);
        }
    }

    void Judge(HostReport report)
    {
        if (report.Missing is { } reason)
        {
            LogIncomplete(++failures, reason);
            return;
        }

        if (failures > 0) LogBack();
        failures = 0;
        LogRegistered(report.Services.Count);
    }

    /// <summary>Between half and the whole of 1, 2, 4 … 15 s, and never longer than the interval.</summary>
    internal TimeSpan PauseAfter(int failed)
    {
        var whole = Math.Min(FirstPause.TotalSeconds * Math.Pow(2, failed - 1), Math.Min(LongestPause.TotalSeconds, interval.TotalSeconds));
        return TimeSpan.FromSeconds(whole * (0.5 + (0.5 * random.NextDouble())));
    }

    async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var nudged = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = await Task.WhenAny(Task.Delay(pause, clock, nudged.Token), nudge.WaitAsync(nudged.Token));
        await nudged.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        await first;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Registered with metad; this host has {Count} daemons")]
    partial void LogRegistered(int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Registered with metad again")]
    partial void LogBack();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Registered with metad, but {Reason} ({Failures} times in a row)")]
    partial void LogIncomplete(int failures, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Heartbeat failed {Failures} times in a row: {Reason}")]
    partial void LogFailed(int failures, string reason);
}
