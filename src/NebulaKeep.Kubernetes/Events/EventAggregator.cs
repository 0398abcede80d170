using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Events;

/// <summary>What to do with a note: nothing, store a new event, or count a stored one up.</summary>
enum EventAction
{
    Drop,
    Create,
    Update,
}

/// <summary>
/// Keeps a noisy object from filling etcd: equal notes become one event with a count, and each object has an allowance of new events
/// that refills slowly. Remembers a bounded number of series and objects. Not safe for several threads.
/// </summary>
sealed class EventAggregator(TimeProvider time)
{
    internal const int MaxRemembered = 4096;
    internal const int Allowance = 25;
    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    internal static readonly TimeSpan Refill = TimeSpan.FromMinutes(5);

    readonly Dictionary<EventIdentity, EventSeries> series = [];
    readonly Dictionary<string, Budget> budgets = [];

    public int Remembered => series.Count;

    public (EventAction Action, EventSeries Series) Note(EventNote note)
    {
        var now = time.GetUtcNow();
        var identity = new EventIdentity(note.About.Uid(), note.IsWarning, note.Reason, note.Message);
        if (series.TryGetValue(identity, out var known) && now - known.Last < Window)
        {
            known.Count++;
            known.Last = now;
            return (Spend(identity.Uid, now) ? EventAction.Update : EventAction.Drop, known);
        }
        if (series.Count >= MaxRemembered || budgets.Count >= MaxRemembered) Forget(now);
        var made = new EventSeries(NameFor(note, now), now);
        if (!Spend(identity.Uid, now)) return (EventAction.Drop, made);
        series[identity] = made;
        return (EventAction.Create, made);
    }

    /// <summary>The stored event is gone (events live for an hour): the next note stores a new one.</summary>
    public void Forget(EventNote note) => series.Remove(new EventIdentity(note.About.Uid(), note.IsWarning, note.Reason, note.Message));

    static NamespacedName NameFor(EventNote note, DateTimeOffset now)
    {
        var about = note.About.Key();
        // Events of cluster-scoped objects live in "default", as those of Kubernetes' own controllers do.
        return new NamespacedName(about.Namespace.Length > 0 ? about.Namespace : "default", $"{about.Name}.{now.UtcTicks:x}.{Guid.NewGuid().ToString("N")[..6]}");
    }

    bool Spend(string uid, DateTimeOffset now)
    {
        if (!budgets.TryGetValue(uid, out var budget)) budgets.Add(uid, budget = new Budget(Allowance, now));
        return budget.Spend(now);
    }

    void Forget(DateTimeOffset now)
    {
        foreach (var (identity, old) in series.OrderBy(pair => pair.Value.Last).Take(Math.Max(1, series.Count / 4)).ToList())
            series.Remove(identity);
        foreach (var uid in budgets.Where(pair => pair.Value.IsFull(now)).Select(pair => pair.Key).ToList())
            budgets.Remove(uid);
        if (budgets.Count >= MaxRemembered) budgets.Clear();
    }

    sealed class Budget(double left, DateTimeOffset at)
    {
        double left = left;
        DateTimeOffset at = at;

        public bool IsFull(DateTimeOffset now) => Left(now) >= Allowance;

        public bool Spend(DateTimeOffset now)
        {
            (left, at) = (Left(now), now);
            if (left < 1) return false;
            left--;
            return true;
        }

        double Left(DateTimeOffset now) => Math.Min(Allowance, left + (now - at) / Refill);
    }
}
