using System.Collections.Concurrent;

namespace NebulaKeep.ObjectStore.Tests.Support;

/// <summary>Time limits of this clock never end by themselves, however busy the machine is, and at once when told; short waits between tries are real.</summary>
sealed class PatientClock : TimeProvider
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);
    readonly ConcurrentDictionary<Waiting, byte> waiting = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < Limit) return System.CreateTimer(callback, state, dueTime, period);
        var timer = new Waiting(this, () => callback(state));
        waiting[timer] = 0;
        return timer;
    }

    /// <summary>Ends all time limits that run now.</summary>
    public void EndLimits()
    {
        foreach (var timer in waiting.Keys)
            if (waiting.TryRemove(timer, out _)) timer.Fire();
    }

    sealed class Waiting(PatientClock clock, Action fire) : ITimer
    {
        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => clock.waiting.TryRemove(this, out _);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
