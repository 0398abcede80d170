using System.Runtime.CompilerServices;

namespace NebulaKeep.Core.Threading;

/// <summary>Work on many items, a few at a time, with the results in the items' order.</summary>
public static class Ordered
{
    /// <summary>
    /// Runs the work on each item, at most <paramref name="inFlight"/> at once; never more results than that wait to be taken.
    /// When the caller stops early, or a piece of work fails, the rest is cancelled and waited for.
    /// </summary>
    public static async IAsyncEnumerable<TResult> SelectAsync<T, TResult>(
        IAsyncEnumerable<T> items, int inFlight, Func<T, CancellationToken, Task<TResult>> work, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new Queue<Task<TResult>>(inFlight);
        try
        {
            await foreach (var item in items.WithCancellation(cancellationToken))
            {
                if (running.Count == inFlight) yield return await running.Dequeue();
                running.Enqueue(work(item, stop.Token));
            }

            while (running.TryDequeue(out var next)) yield return await next;
        }
        finally
        {
            await stop.CancelAsync();
            foreach (var rest in running) await rest.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
