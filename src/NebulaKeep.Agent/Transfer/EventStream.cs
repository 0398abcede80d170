using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace NebulaKeep.Agent.Transfer;

/// <summary>Runs a transfer and lets its events out in order, with one about its progress at least every half second.</summary>
static class EventStream
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Events that wait for a slow reader; then the transfer waits too.</summary>
    const int Waiting = 1024;

    /// <param name="work">Writes events; when it returns, the stream ends, and its failure is the stream's.</param>
    /// <param name="progress">Makes the regular event.</param>
    public static async IAsyncEnumerable<T> RunAsync<T>(
        Func<ChannelWriter<T>, CancellationToken, Task> work, Func<T> progress, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var events = Channel.CreateBounded<T>(Waiting);
        await using var timer = clock.CreateTimer(_ => events.Writer.TryWrite(progress()), null, Interval, Interval);
        var running = CompleteAsync(work, events.Writer, stop.Token);
        try
        {
            await foreach (var e in events.Reader.ReadAllAsync(cancellationToken)) yield return e;
        }
        finally
        {
            // The reader may leave early: then nothing may run on behind its back.
            await stop.CancelAsync();
            await running;
        }
    }

    /// <summary>Never throws: the failure travels through the channel.</summary>
    static async Task CompleteAsync<T>(Func<ChannelWriter<T>, CancellationToken, Task> work, ChannelWriter<T> events, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await work(events, cancellationToken);
        }
        catch (Exception e)
        {
            failure = e;
        }

        events.Complete(failure);
    }
}
