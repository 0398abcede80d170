using NebulaKeep.Rpc;

namespace NebulaKeep.Agent.Daemons;

/// <summary>A wait for a condition, bounded in time.</summary>
sealed class Limit(TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken) : IDisposable
{
    readonly long start = clock.GetTimestamp();
    readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

    /// <exception cref="AgentFailureException">The time is up; the message is <paramref name="overdue"/>.</exception>
    public Task PauseAsync(TimeSpan pause, Func<string> overdue) => clock.GetElapsedTime(start) < timeout
        ? Task.Delay(pause, clock, stop.Token)
        : throw new AgentFailureException(GrpcStatusCode.DeadlineExceeded, overdue());

    public void Dispose() => stop.Dispose();
}
