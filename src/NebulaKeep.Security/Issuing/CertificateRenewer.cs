using Microsoft.Extensions.Logging;
using NebulaKeep.Core;

namespace NebulaKeep.Security.Issuing;

/// <summary>
/// Stays, and renews a folder's certificates in time, and at once when the CA or the bundle of trusted CAs changes; the work of a sidecar.
/// </summary>
/// <param name="issuer">Makes them.</param>
/// <param name="pace">When to look.</param>
/// <param name="clock">The time.</param>
/// <param name="random">Spreads renewals.</param>
/// <param name="logger">What was done, and what went wrong.</param>
public sealed partial class CertificateRenewer(CertificateIssuer issuer, RenewalPace pace, TimeProvider clock, Random random, ILogger<CertificateRenewer> logger)
{
    static readonly TimeSpan Retry = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1); // timers cut fractions of it off: added, so that none ends early

    /// <summary>
    /// Issues at once what is missing (a failure of this first time is thrown), then renews until cancelled. Later failures are
    /// logged and tried again every minute: a third of the certificates' time is left for that.
    /// </summary>
    /// <exception cref="OperationCanceledException">The only way out once it runs.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var outcome = issuer.Ensure(force: false);
        var next = Plan(outcome);
        while (true)
        {
            LogWaiting(next);
            await SleepUntilAsync(next, outcome.Sources, cancellationToken);
            var isDue = clock.GetUtcNow() >= next;
            try
            {
                outcome = issuer.Ensure(force: isDue && pace.Every is not null && outcome.SwitchAt is null);
                next = Plan(outcome);
            }
            catch (NebulaKeepException e)
            {
                LogFailed(e.Message);
                (outcome, next) = (outcome with { Sources = issuer.Sources }, clock.GetUtcNow() + Retry);
            }
        }
    }

    /// <summary>Never at once: certificates cut short by a CA that ends soon are due all the time.</summary>
    DateTimeOffset Plan(IssueOutcome outcome)
    {
        var (now, planned) = (clock.GetUtcNow(), outcome.SwitchAt ?? Renewal.PlannedAt(outcome.Validity, random));
        if (outcome.SwitchAt is null && pace.Every is { } every) return now + every;
        return planned > now + Retry ? planned : now + Retry;
    }

    /// <summary>Until the moment, or until what certificates are made from is seen to have changed.</summary>
    async Task SleepUntilAsync(DateTimeOffset moment, string seen, CancellationToken cancellationToken)
    {
        while (moment - clock.GetUtcNow() is var left && left > TimeSpan.Zero && issuer.Sources == seen)
            await Task.Delay(left < pace.Look ? left + Tick : pace.Look, clock, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Next renewal at {Next:u}")]
    partial void LogWaiting(DateTimeOffset next);

    [LoggerMessage(Level = LogLevel.Error, Message = "Renewing failed, trying again in a minute: {Problem}")]
    partial void LogFailed(string problem);
}
