using Microsoft.Extensions.Logging;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Leadership;

/// <summary>
/// Lets one of several candidates work at a time, by a Lease that is written with compare-and-swap. Work that a paused process had under
/// way may overlap with its successor's; whatever is written must stand that (versions, preconditions).
/// </summary>
public sealed partial class LeaderElector
{
    readonly KubeClient client;
    readonly LeaderElectionOptions options;
    readonly TimeProvider time;
    readonly ILogger log;
    readonly LeaseObservation observation;

    /// <summary>Makes a candidate; it does nothing before <see cref="RunAsync"/>.</summary>
    public LeaderElector(KubeClient client, LeaderElectionOptions options, TimeProvider time, ILogger log)
    {
        options.Validate();
        (this.client, this.options, this.time, this.log) = (client, options, time, log);
        observation = new LeaseObservation(time);
    }

    /// <summary>True while this candidate leads.</summary>
    public bool IsLeader { get; private set; }

    /// <summary>
    /// Runs until cancelled. Whenever this candidate wins, <paramref name="lead"/> runs, and its token is cancelled when leadership is lost;
    /// then the candidate joins the election again. An exception of <paramref name="lead"/> ends the run after the Lease was released.
    /// </summary>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            if (await TryTakeAsync(cancellation)) await LeadAsync(lead, cancellation);
            else await WaitAsync(cancellation);
        }
    }

    async Task LeadAsync(Func<CancellationToken, Task> lead, CancellationToken cancellation)
    {
        LogLeading(options.Identity, options.Lease);
        IsLeader = true;
        using var term = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var work = lead(term.Token);
        try
        {
            await RenewAsync(work, term.Token);
            await term.CancelAsync();
            await work;
        }
        catch (OperationCanceledException) when (term.IsCancellationRequested)
        {
            // Told to stop, and stopped.
        }
        finally
        {
            IsLeader = false;
            LogEnded(options.Identity, options.Lease);
            await ReleaseAsync();
        }
    }

    /// <summary>Returns when the term is over: cancelled, the work ended by itself, or not renewed in time.</summary>
    async Task RenewAsync(Task work, CancellationToken cancellation)
    {
        var renewed = time.GetTimestamp();
        while (!cancellation.IsCancellationRequested && !work.IsCompleted)
        {
            await Task.WhenAny(work, WaitAsync(cancellation));
            var left = options.RenewDeadline - time.GetElapsedTime(renewed);
            if (left <= TimeSpan.Zero) return;
            var asked = time.GetTimestamp();
            using var limit = new CancellationTokenSource(left, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
            if (await TryTakeAsync(either.Token)) renewed = asked;
        }
    }

    /// <summary>One look at the Lease, and one write when it is there to take. False for any failure: the caller looks again.</summary>
    async Task<bool> TryTakeAsync(CancellationToken cancellation)
    {
        try
        {
            var seen = await client.FindAsync(KnownKinds.Lease, options.Lease, cancellation);
            if (seen is not null) observation.Note(seen);
            if (seen is not null && !observation.MayTake(seen, options.Identity)) return false;
            var wanted = LeaseRecord.Take(seen, options, time.GetUtcNow());
            var written = seen is null
                ? await client.CreateAsync(KnownKinds.Lease, wanted, cancellation)
                : await client.ReplaceAsync(KnownKinds.Lease, wanted, cancellation);
            observation.Note(written);
            return true;
        }
        catch (KubeException error)
        {
            // A lost race is normal; anything else is worth a line.
            if (!error.IsConflict && !error.IsAlreadyExists) LogFailure(options.Lease, error.Message);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Gives the Lease back, so that the next one need not wait; bounded, because the process may be about to end.</summary>
    async Task ReleaseAsync()
    {
        using var limit = new CancellationTokenSource(options.RetryPeriod, time);
        try
        {
            var held = await client.FindAsync(KnownKinds.Lease, options.Lease, limit.Token);
            if (held is null || LeaseRecord.Read(held).Holder != options.Identity) return;
            await client.ReplaceAsync(KnownKinds.Lease, LeaseRecord.Release(held, options, time.GetUtcNow()), limit.Token);
        }
        catch (Exception error) when (error is KubeException or OperationCanceledException)
        {
            LogFailure(options.Lease, $"not released, the next leader waits {options.LeaseDuration}: {error.Message}");
        }
    }

    async Task WaitAsync(CancellationToken cancellation) =>
        await Task.Delay(options.RetryPeriod, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    [LoggerMessage(1, LogLevel.Information, "{identity} leads by {lease}")]
    partial void LogLeading(string identity, NamespacedName lease);

    [LoggerMessage(2, LogLevel.Information, "{identity} no longer leads by {lease}")]
    partial void LogEnded(string identity, NamespacedName lease);

    [LoggerMessage(3, LogLevel.Warning, "Lease {lease}: {reason}")]
    partial void LogFailure(NamespacedName lease, string reason);
}
