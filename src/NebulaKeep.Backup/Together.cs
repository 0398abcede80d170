namespace NebulaKeep.Backup;

/// <summary>Work on many hosts at once.</summary>
static class Together
{
    /// <summary>Runs all at once; the first failure cancels the others. Returns or throws when all have ended.</summary>
    public static async Task RunAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? first = null;
        await Task.WhenAll(items.Select(GuardAsync));
        cancellationToken.ThrowIfCancellationRequested();
        if (first is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);

        async Task GuardAsync(T item)
        {
            try
            {
                await work(item, stop.Token);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref first, e, null);
                await stop.CancelAsync();
            }
        }
    }

    /// <summary>Runs all at once and lets each end; failures are handed back, not thrown.</summary>
    public static async Task<IReadOnlyList<Exception>> TryAllAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var failures = await Task.WhenAll(items.Select(async item =>
        {
            try
            {
                await work(item, cancellationToken);
                return null;
            }
            catch (Exception e)
            {
                return e;
            }
        }));
        return [.. failures.OfType<Exception>()];
    }
}
