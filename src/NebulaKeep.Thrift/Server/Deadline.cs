namespace NebulaKeep.Thrift.Server;

/// <summary>A token that is cancelled after a time or with another token.</summary>
sealed class Deadline : IDisposable
{
    readonly CancellationTokenSource timer;
    readonly CancellationTokenSource either;

    internal Deadline(TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken)
    {
        timer = new CancellationTokenSource(timeout, clock);
        either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
    }

    internal CancellationToken Token => either.Token;

    public void Dispose()
    {
        either.Dispose();
        timer.Dispose();
    }
}
