using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Queues;

namespace NebulaKeep.Kubernetes.Watching;

/// <summary>
/// Keeps a cache of a kind's objects up to date: lists once, then watches from there, and goes on from the last seen version whenever a
/// watch ends. It lists again only when the API server no longer knows that version. Handlers hear of every change, in order.
/// </summary>
public sealed partial class Informer
{
    readonly Lock dispatching = new();
    readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly KubeClient client;
    readonly InformerOptions options;
    readonly TimeProvider time;
    readonly BackOff backOff;
    readonly ILogger log;
    Action<InformerEvent> handlers = _ => { };
    string? version;
    int failures;

    /// <summary>Makes an informer; it does nothing before <see cref="RunAsync"/>.</summary>
    public Informer(KubeClient client, ResourceKind kind, InformerOptions options, TimeProvider time, Random random, ILogger log)
    {
        (this.client, Kind, this.options, this.time, this.log) = (client, kind, options, time, log);
        Cache = new ObjectCache(options.Indexers);
        backOff = new BackOff(options.FirstBackOff, options.LongestBackOff, 0.5, random);
    }

    /// <summary>What it watches.</summary>
    public ResourceKind Kind { get; }

    /// <summary>The objects. Complete once <see cref="Synced"/> is done.</summary>
    public ObjectCache Cache { get; }

    /// <summary>Done after the first list is in the cache and was reported to all handlers.</summary>
    public Task Synced => synced.Task;

    /// <summary>How often everything was listed: 1 in a life without compacted versions.</summary>
    public int Lists { get; private set; }

    /// <summary>How often a watch was opened.</summary>
    public int Watches { get; private set; }

    /// <summary>
    /// Adds a handler, before <see cref="RunAsync"/>. It is called one event at a time, must be quick (put a key into a queue) and must
    /// not throw; an exception is logged as the error it is, and the event is not repeated.
    /// </summary>
    public void AddHandler(Action<InformerEvent> handler) => handlers += handler;

    /// <summary>Runs until it is cancelled. Whatever fails is logged and tried again.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var resync = options.Resync is { } period ? time.CreateTimer(_ => Resync(), null, period, period) : null;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (version is null) await ListAsync(cancellation);
                else await WatchAsync(version, cancellation);
            }
            catch (KubeException error) when (error.IsExpired || error.IsFutureVersion)
            {
                LogExpired(Kind, version);
                version = null;
                await PauseAsync(cancellation);
            }
            catch (KubeException error)
            {
                LogFailure(Kind, error.Message);
                await PauseAsync(cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Page by page, so that only one page exists as trees at a time. What fails midway is listed again from the start.</summary>
    async Task ListAsync(CancellationToken cancellation)
    {
        var gone = Cache.Keys().ToHashSet();
        var listed = "";
        await foreach (var page in client.ListPagesAsync(Kind, options.Selection, cancellation))
        {
            foreach (var item in page.Items)
            {
                gone.Remove(item.Key());
                Store(item);
            }
            listed = page.ResourceVersion;
        }
        Lists++;
        foreach (var key in gone) Drop(key, last: null);
        version = listed;
        failures = 0;
        synced.TrySetResult();
    }

    async Task WatchAsync(string from, CancellationToken cancellation)
    {
        Watches++;
        var opened = time.GetTimestamp();
        var moved = false;
        await foreach (var change in client.WatchAsync(Kind, options.Selection, from, cancellation))
        {
            Handle(change);
            // After handling: a crash in between may repeat an event, and never loses one.
            version = change.Object.ResourceVersion();
            moved = true;
            failures = 0;
        }
        // A watch that ends at once without a word is as good as a failure.
        if (!moved && time.GetElapsedTime(opened) < TimeSpan.FromSeconds(1)) await PauseAsync(cancellation);
    }

    void Handle(WatchEvent change)
    {
        if (change.Type is WatchEventType.Deleted) Drop(change.Object.Key(), change.Object);
        else if (change.Type is not WatchEventType.Bookmark) Store(change.Object);
    }

    void Store(JsonObject item)
    {
        lock (dispatching)
        {
            var old = Cache.Set(item);
            if (old is null) Dispatch(new InformerEvent(InformerEventType.Added, item));
            else if (old.Uid != item.Uid()) Replace(old, item);
            else if (old.ResourceVersion != item.ResourceVersion()) Dispatch(new InformerEvent(InformerEventType.Updated, item));
        }
    }

    /// <summary>Between two lists one object was deleted and another of its name was made.</summary>
    void Replace(StoredObject old, JsonObject item)
    {
        Dispatch(new InformerEvent(InformerEventType.Deleted, old.Read()));
        Dispatch(new InformerEvent(InformerEventType.Added, item));
    }

    void Drop(NamespacedName key, JsonObject? last)
    {
        lock (dispatching)
        {
            if (Cache.Remove(key) is { } old) Dispatch(new InformerEvent(InformerEventType.Deleted, last ?? old.Read()));
        }
    }

    void Resync()
    {
        lock (dispatching)
        {
            foreach (var item in Cache.List()) Dispatch(new InformerEvent(InformerEventType.Resync, item));
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A handler's mistake must not stop the cache that others live on.")]
    void Dispatch(InformerEvent change)
    {
        foreach (var handler in Delegate.EnumerateInvocationList(handlers))
        {
            try
            {
                handler(change);
            }
            catch (Exception error)
            {
                LogHandler(error, Kind, change.Object.Key());
            }
        }
    }

    /// <summary>Waits before the next try; ends early and quietly when cancelled, because the loop asks that itself.</summary>
    async Task PauseAsync(CancellationToken cancellation) =>
        await Task.Delay(backOff.After(failures++), time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    [LoggerMessage(1, LogLevel.Information, "Watching {kind}: version {version} is no longer known, listing again")]
    partial void LogExpired(ResourceKind kind, string? version);

    [LoggerMessage(2, LogLevel.Warning, "Keeping the cache of {kind} failed, trying again: {reason}")]
    partial void LogFailure(ResourceKind kind, string reason);

    [LoggerMessage(3, LogLevel.Error, "A handler of {kind} failed on {key}")]
    partial void LogHandler(Exception error, ResourceKind kind, NamespacedName key);
}
