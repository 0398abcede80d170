using System.Threading.Channels;

namespace NebulaKeep.Kubernetes.Queues;

/// <summary>
/// Keys that need work. A key waits in the queue once, however often it is added; one that is added while it is worked on comes again
/// when that is done. So no key is worked on twice at the same time, and no change that is reported during work is lost.
/// Safe for use by many threads.
/// </summary>
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    readonly Lock gate = new();
    readonly Channel<TKey> ready = Channel.CreateUnbounded<TKey>();      // unbounded, but each key is in it once
    readonly HashSet<TKey> dirty = [];
    readonly HashSet<TKey> processing = [];
    readonly Dictionary<TKey, int> failures = [];
    readonly DelayedKeys<TKey> delayed;
    readonly BackOff backOff;

    /// <summary>Makes an empty queue.</summary>
    public WorkQueue(BackOff backOff, TimeProvider time)
    {
        this.backOff = backOff;
        delayed = new DelayedKeys<TKey>(time, Add);
    }

    /// <summary>Keys that wait for a worker now.</summary>
    public int Depth => ready.Reader.Count;

    /// <summary>Keys that were put off to a later time.</summary>
    public int DelayedCount => delayed.Count;

    /// <summary>Adds a key for work as soon as a worker is free. Ignored once the queue is complete.</summary>
    public void Add(TKey key)
    {
        lock (gate)
        {
            if (dirty.Add(key) && !processing.Contains(key)) ready.Writer.TryWrite(key);
        }
    }

    /// <summary>Adds a key after a delay. Of several delays for one key the earliest counts.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero) Add(key);
        else delayed.Add(key, delay);
    }

    /// <summary>Adds a key that failed, after a delay that grows with each failure in a row. Returns that delay.</summary>
    public TimeSpan AddAfterFailure(TKey key)
    {
        TimeSpan delay;
        lock (gate)
        {
            var failed = failures.GetValueOrDefault(key);
            failures[key] = failed + 1;
            delay = backOff.After(failed);
        }
        AddAfter(key, delay);
        return delay;
    }

    /// <summary>Failures of a key in a row.</summary>
    public int FailuresOf(TKey key)
    {
        lock (gate) return failures.GetValueOrDefault(key);
    }

    /// <summary>The key succeeded, or will never come again: its failures are forgotten.</summary>
    public void Forget(TKey key)
    {
        lock (gate) failures.Remove(key);
    }

    /// <summary>Waits for a key and takes it. The taker must call <see cref="Done"/> with it, whatever happens.</summary>
    /// <exception cref="ChannelClosedException">The queue is complete and empty.</exception>
    public async ValueTask<TKey> TakeAsync(CancellationToken cancellation)
    {
        var key = await ready.Reader.ReadAsync(cancellation);
        lock (gate)
        {
            dirty.Remove(key);
            processing.Add(key);
        }
        return key;
    }

    /// <summary>The work on a taken key is over; if it was added meanwhile, it waits again.</summary>
    public void Done(TKey key)
    {
        lock (gate)
        {
            if (processing.Remove(key) && dirty.Contains(key)) ready.Writer.TryWrite(key);
        }
    }

    /// <summary>No more keys are accepted; those that wait are still handed out.</summary>
    public void Complete()
    {
        lock (gate) ready.Writer.TryComplete();
    }

    /// <summary>Completes the queue and forgets what was put off.</summary>
    public void Dispose()
    {
        Complete();
        delayed.Dispose();
    }
}
