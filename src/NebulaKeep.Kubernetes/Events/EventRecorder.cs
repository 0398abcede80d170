using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Events;

/// <summary>
/// Tells users what happens to their objects, as core/v1 Events (<c>kubectl describe</c>). Recording never waits and never fails the
/// caller; when the API server is slower than the notes come, notes are dropped and counted. Events are best effort: state that matters
/// is in conditions.
/// </summary>
public sealed partial class EventRecorder
{
    const int QueueLength = 1000;
    const int MaxMessage = 1024;       // the API server's limit

    readonly Channel<EventNote> notes;
    readonly EventAggregator aggregator;
    readonly KubeClient client;
    readonly string component;
    readonly ILogger log;
    long dropped;

    /// <summary>Makes a recorder for a component, such as <c>nebula-backup-controller</c>. Nothing is written before <see cref="RunAsync"/>.</summary>
    public EventRecorder(KubeClient client, string component, TimeProvider time, ILogger log)
    {
        (this.client, this.component, this.log) = (client, component, log);
        aggregator = new EventAggregator(time);
        var bounded = new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropWrite };
        notes = Channel.CreateBounded<EventNote>(bounded, _ => Interlocked.Increment(ref dropped));
    }

    /// <summary>Notes that were not written because too many came.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Tells of something that went as it should.</summary>
    public void Normal(JsonObject about, string reason, string message) => Record(new EventNote(about, false, reason, message));

    /// <summary>Tells of something that a user should look at.</summary>
    public void Warning(JsonObject about, string reason, string message) => Record(new EventNote(about, true, reason, message));

    /// <summary>Writes what was recorded until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var note in notes.Reader.ReadAllAsync(cancellation)) await WriteAsync(note, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Told to stop, and stopped.
        }
    }

    void Record(EventNote note) =>
        notes.Writer.TryWrite(note.Message.Length <= MaxMessage ? note : note with { Message = string.Concat(note.Message.AsSpan(0, MaxMessage - 1), "…") });

    async Task WriteAsync(EventNote note, CancellationToken cancellation)
    {
        var (action, series) = aggregator.Note(note);
        try
        {
            if (action is EventAction.Drop) Interlocked.Increment(ref dropped);
            else if (action is EventAction.Create) await client.CreateAsync(KnownKinds.Event, ToJson(note, series), cancellation);
            else await client.PatchAsync(KnownKinds.Event, series.Key, CountUp(series), cancellation);
        }
        catch (KubeException error)
        {
            aggregator.Forget(note);
            LogFailure(note.Reason, note.About.Key(), error.Message);
        }
    }

    static JsonObject CountUp(EventSeries series) => new() { ["count"] = series.Count, ["lastTimestamp"] = series.Last.ToKubernetesTime() };

    JsonObject ToJson(EventNote note, EventSeries series)
    {
        var json = ObjectFields.New(KnownKinds.Event, series.Key);
        json["type"] = note.IsWarning ? "Warning" : "Normal";
        json["reason"] = note.Reason;
        json["message"] = note.Message;
        json["count"] = series.Count;
        json["firstTimestamp"] = series.First.ToKubernetesTime();
        json["lastTimestamp"] = series.Last.ToKubernetesTime();
        json["source"] = new JsonObject { ["component"] = component };
        json["involvedObject"] = new JsonObject
        {
            ["apiVersion"] = note.About.Text("apiVersion"),
            ["kind"] = note.About.Text("kind"),
            ["namespace"] = note.About.Key().Namespace,
            ["name"] = note.About.Key().Name,
            ["uid"] = note.About.Uid(),
            ["resourceVersion"] = note.About.ResourceVersion(),
        };
        return json;
    }

    [LoggerMessage(1, LogLevel.Warning, "Event {reason} of {about} was not written: {message}")]
    partial void LogFailure(string reason, NamespacedName about, string message);
}
