namespace NebulaKeep.Rpc.Client;

/// <summary>The caller's token joined with a deadline, and which of the two fired.</summary>
sealed class CallDeadline : IDisposable
{
    readonly CancellationToken caller;
    readonly CancellationTokenSource timer;
    readonly CancellationTokenSource joined;

    public CallDeadline(TimeSpan? timeout, TimeProvider clock, CancellationToken caller)
    {
        this.caller = caller;
        timer = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, clock);
        joined = CancellationTokenSource.CreateLinkedTokenSource(caller, timer.Token);
    }

    public CancellationToken Token => joined.Token;

    public bool Passed => timer.IsCancellationRequested && !caller.IsCancellationRequested;

    public void Dispose()
    {
        joined.Dispose();
        timer.Dispose();
    }
}
