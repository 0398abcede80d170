namespace NebulaKeep.Kubernetes.Queues;

/// <summary>
/// Keys that are due later, each once, with one timer for all of them. A heap entry whose time was overtaken by an earlier one stays
/// until its turn or until such entries outnumber the live ones.
/// </summary>
sealed class DelayedKeys<TKey> : IDisposable
    where TKey : notnull
{
    // Timers of the platform take 49 days at most; a longer wait is looked at again in between.
    static readonly TimeSpan LongestTimer = TimeSpan.FromDays(7);

    readonly Lock gate = new();
    readonly PriorityQueue<(TKey Key, DateTimeOffset Due), DateTimeOffset> heap = new();
    readonly Dictionary<TKey, DateTimeOffset> dues = [];
    readonly TimeProvider time;
    readonly Action<TKey> release;
    readonly ITimer timer;

    public DelayedKeys(TimeProvider time, Action<TKey> release)
    {
        (this.time, this.release) = (time, release);
        timer = time.CreateTimer(_ => ReleaseDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count
    {
        get { lock (gate) return dues.Count; }
    }

    internal int HeapSize
    {
        get { lock (gate) return heap.Count; }
    }

    public void Add(TKey key, TimeSpan delay)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var due = delay < DateTimeOffset.MaxValue - now ? now + delay : DateTimeOffset.MaxValue;
            if (dues.TryGetValue(key, out var earlier) && earlier <= due) return;
            dues[key] = due;
            heap.Enqueue((key, due), due);
            if (heap.Count > 2 * dues.Count + 16) Rebuild();
            SetTimer(now);
        }
    }

    public void Dispose() => timer.Dispose();

    void ReleaseDue()
    {
        List<TKey> due = [];
        lock (gate)
        {
            var now = time.GetUtcNow();
            while (heap.TryPeek(out var entry, out var at) && at <= now)
            {
                heap.Dequeue();
                if (!IsLive(entry)) continue;
                dues.Remove(entry.Key);
                due.Add(entry.Key);
            }
            SetTimer(now);
        }
        foreach (var key in due) release(key);
    }

    bool IsLive((TKey Key, DateTimeOffset Due) entry) => dues.TryGetValue(entry.Key, out var due) && due == entry.Due;

    void Rebuild()
    {
        heap.Clear();
        foreach (var (key, due) in dues) heap.Enqueue((key, due), due);
    }

    void SetTimer(DateTimeOffset now)
    {
        if (!heap.TryPeek(out _, out var at)) return;
        var wait = at - now;
        // Rounded up: a timer that fires a moment early would find nothing due and spin.
        var bounded = wait < LongestTimer ? TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, wait.TotalMilliseconds))) : LongestTimer;
        timer.Change(bounded, Timeout.InfiniteTimeSpan);
    }
}
