namespace NebulaKeep.Testing;

/// <summary>Waits for a condition instead of a time.</summary>
public static class Eventually
{
    static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    /// <summary>Returns once the condition holds; throws <see cref="TimeoutException"/> with <paramref name="because"/> after the bound (10 s).</summary>
    public static Task TrueAsync(Func<bool> condition, string because, TimeSpan? within = null) =>
        TrueAsync(() => Task.FromResult(condition()), because, within);

    /// <summary>As above, for a condition that must be awaited, with a longer <paramref name="pause"/> where asking costs a process.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, string because, TimeSpan? within = null, TimeSpan? pause = null)
    {
        var (start, bound) = (TimeProvider.System.GetTimestamp(), within ?? Bound);
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > bound) throw new TimeoutException($"Not within {bound}: {because}");
            await Task.Delay(pause ?? ShortPause);
        }
    }
}
