using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Queues;
using NebulaKeep.Kubernetes.Watching;

namespace NebulaKeep.Kubernetes.Controllers;

/// <summary>
/// Brings one object to its wanted state, from whatever state it is in: read everything, decide, act. Returns after which time to look
/// again without a change (null: not at all). An exception means try again later; a final one is not tried again until something changes.
/// </summary>
public delegate Task<TimeSpan?> Reconcile(NamespacedName key, CancellationToken cancellation);

/// <summary>Feeds the keys of changed objects through a work queue to a reconciler; one key is never worked on twice at a time.</summary>
public sealed partial class Controller : IDisposable
{
    readonly WorkQueue<NamespacedName> queue;
    readonly Reconcile reconcile;
    readonly string name;
    readonly ILogger log;

    /// <summary>Makes a controller; nothing is worked on before <see cref="RunAsync"/>.</summary>
    public Controller(string name, Reconcile reconcile, BackOff backOff, TimeProvider time, ILogger log)
    {
        (this.name, this.reconcile, this.log) = (name, reconcile, log);
        queue = new WorkQueue<NamespacedName>(backOff, time);
    }

    /// <summary>Keys that wait for a worker.</summary>
    public int Depth => queue.Depth;

    /// <summary>Asks for a look at an object.</summary>
    public void Enqueue(NamespacedName key) => queue.Add(key);

    /// <summary>Looks at an object whenever it changes.</summary>
    public void Watch(Informer informer) => informer.AddHandler(change => queue.Add(change.Object.Key()));

    /// <summary>Looks at an object whenever something that it controls changes.</summary>
    public void WatchOwned(Informer informer, ResourceKind owner) => informer.AddHandler(change =>
    {
        if (OwnerReferences.ControllerOf(change.Object, owner) is { } key) queue.Add(key);
    });

    /// <summary>Works with a number of workers until cancelled; returns when the work under way has ended.</summary>
    public async Task RunAsync(int workers, CancellationToken cancellation)
    {
        using var stop = cancellation.Register(queue.Complete);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(cancellation), CancellationToken.None)));
    }

    /// <inheritdoc/>
    public void Dispose() => queue.Dispose();

    async Task WorkAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var key = await queue.TakeAsync(cancellation);
                await ReconcileAsync(key, cancellation);
                queue.Done(key);
            }
            catch (Exception end) when (end is ChannelClosedException or OperationCanceledException)
            {
                return;
            }
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "One object's trouble must not stop the work on all others; it is logged and tried again.")]
    async Task ReconcileAsync(NamespacedName key, CancellationToken cancellation)
    {
        try
        {
            var again = await reconcile(key, cancellation);
            queue.Forget(key);
            if (again is { } delay) queue.AddAfter(key, delay);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (TerminalException error)
        {
            queue.Forget(key);
            LogFinal(error, name, key);
        }
        catch (Exception error)
        {
            var delay = queue.AddAfterFailure(key);
            LogRetry(error, name, key, delay);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{controller} {key} failed, trying again in {delay}")]
    partial void LogRetry(Exception error, string controller, NamespacedName key, TimeSpan delay);

    [LoggerMessage(2, LogLevel.Error, "{controller} {key} failed for good; it is looked at again when it changes")]
    partial void LogFinal(Exception error, string controller, NamespacedName key);
}

/// <summary>Trying again cannot help before the object changes; its status has been told why.</summary>
public sealed class TerminalException(string message, Exception? inner = null) : NebulaKeepException(message, inner);
