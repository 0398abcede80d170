using Microsoft.Extensions.Logging;
using NebulaKeep.Core;

namespace NebulaKeep.Security.Issuing;

/// <summary>Stays, and renews a folder's certificates in time; the work of a sidecar.</summary>
public sealed partial class CertificateRenewer(CertificateIssuer issuer, TimeProvider clock, Random random, ILogger<CertificateRenewer> logger)
{
    static readonly TimeSpan Retry = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1); // timers cut fractions of it off: added, so that none ends early
    static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1);

    /// <summary>
    /// Issues at once what is missing (a failure of this first time is thrown), then renews until cancelled. Later failures are
    /// logged and tried again every minute: a third of the certificates' time is left for that.
    /// </summary>
    /// <exception cref="OperationCanceledException">The only way out once it runs.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var next = Plan(issuer.Ensure(force: false));
        while (true)
        {
            LogWaiting(next);
            await SleepUntilAsync(next, cancellationToken);
            next = RenewOrRetry();
        }
    }

    DateTimeOffset RenewOrRetry()
    {
        try
        {
            return Plan(issuer.Ensure(force: false));
        }
        catch (NebulaKeepException e)
        {
            LogFailed(e.Message);
            return clock.GetUtcNow() + Retry;
        }
    }

    /// <summary>Never at once: certificates cut short by a CA that ends soon are due all the time.</summary>
    DateTimeOffset Plan(IssueOutcome outcome)
    {
        var (planned, soonest) = (Renewal.PlannedAt(outcome.Validity, random), clock.GetUtcNow() + Retry);
        return planned > soonest ? planned : soonest;
    }

    /// <summary>In steps of at most a day: timers cannot run for the years that a certificate may be good.</summary>
    async Task SleepUntilAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        while (moment - clock.GetUtcNow() is var left && left > TimeSpan.Zero)
            await Task.Delay(left < LongestSleep ? left + Tick : LongestSleep, clock, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Next renewal at {Next:u}")]
    partial void LogWaiting(DateTimeOffset next);

    [LoggerMessage(Level = LogLevel.Error, Message = "Renewing failed, trying again in a minute: {Problem}")]
    partial void LogFailed(string problem);
}
