namespace NebulaKeep.Testing;

/// <summary>A clock on which time passes several times as fast: for tests whose code has to wait and in which nothing hangs on how long.</summary>
/// <param name="factor">Seconds that pass on it in a true one.</param>
public sealed class FastClock(int factor) : TimeProvider
{
    readonly DateTimeOffset start = System.GetUtcNow();
    readonly long begun = System.GetTimestamp();

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => System.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => start + System.GetElapsedTime(begun) * factor;

    /// <inheritdoc/>
    public override long GetTimestamp() => begun + (System.GetTimestamp() - begun) * factor;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new FastTimer(System.CreateTimer(callback, state, True(dueTime), True(period)), True);

    TimeSpan True(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / factor;

    sealed class FastTimer(ITimer timer, Func<TimeSpan, TimeSpan> inTruth) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(inTruth(dueTime), inTruth(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
