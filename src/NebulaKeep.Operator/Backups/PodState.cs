using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Backups.Desired;

namespace NebulaKeep.Operator.Backups;

/// <summary>A pod of a backup's Job, read.</summary>
sealed class PodState(JsonObject json)
{
    /// <summary>The youngest of a Job's pods.</summary>
    public static PodState? Latest(IEnumerable<JsonObject> pods) => pods.MaxBy(pod => pod.Created()) is { } latest ? new PodState(latest) : null;

    public NamespacedName Key => json.Key();

    /// <summary>br has run, or runs: there is a log.</summary>
    public bool HasStarted => Main.At("state", "running") is not null || Ended is not null;

    /// <summary>br has ended well, whatever runs beside it.</summary>
    public bool HasSucceeded => Ended is not null && ExitCodeOf(Ended) == 0;

    /// <summary>br has ended with an error.</summary>
    public bool HasFailed => Ended is not null && ExitCodeOf(Ended) != 0;

    /// <summary>br has ended and other containers keep the pod alive.</summary>
    public bool HasRunningSidecars => Ended is not null
        && json.Items("status", "containerStatuses").Any(container => container.Text("name") != BrPod.Container && container.At("state", "running") is not null);

    public DateTimeOffset? EndedAt => Ended.Time("finishedAt");

    public string? TerminationMessage => Ended.Text("message");

    /// <summary>What keeps the pod from starting, for people; null where nothing does.</summary>
    public (string Reason, string Message)? Trouble => ContainerTrouble() ?? SchedulingTrouble();

    /// <summary>Why it failed, where br itself could not say.</summary>
    public (string Reason, string Message)? Failure =>
        FailedInit() is { } init ? ("InitContainerFailed", $"The init container {init.Text("name")} failed: {Describe(init.At("state", "terminated"))}")
        : HasFailed && Ended.Text("reason") == "OOMKilled" ? ("OOMKilled", "br needed more memory than spec.resources.limits.memory allows")
        : HasFailed ? (Reasons.BackupFailed, $"br ended with an error: {Describe(Ended)}")
        : json.Text("status", "reason") is { } reason ? (reason, json.Text("status", "message") ?? "The pod was ended")
        : null;

    JsonNode? Main => json.Items("status", "containerStatuses").FirstOrDefault(container => container.Text("name") == BrPod.Container);

    JsonNode? Ended => Main.At("state", "terminated");

    JsonObject? FailedInit() => json.Items("status", "initContainerStatuses")
        .FirstOrDefault(container => container.At("state", "terminated") is { } ended && ExitCodeOf(ended) != 0);

    (string Reason, string Message)? ContainerTrouble()
    {
        // These two are steps on the way, not trouble.
        var waiting = json.Items("status", "initContainerStatuses").Concat(json.Items("status", "containerStatuses"))
            .FirstOrDefault(container => container.Text("state", "waiting", "reason") is { } reason && reason is not ("ContainerCreating" or "PodInitializing"));
        return waiting is null ? null : (waiting.Text("state", "waiting", "reason")!, $"Container {waiting.Text("name")} cannot start: {waiting.Text("state", "waiting", "message") ?? "no message"}");
    }

    (string Reason, string Message)? SchedulingTrouble()
    {
        var scheduled = Condition.Find(json.At("status", "conditions"), "PodScheduled");
        return scheduled?.Text("status") == "False" ? (scheduled.Text("reason") ?? "Unschedulable", $"No node takes the pod: {scheduled.Text("message")}") : null;
    }

    static string Describe(JsonNode? ended) => $"{ended.Text("reason") ?? "no reason"}, exit code {ExitCodeOf(ended)}";

    static long ExitCodeOf(JsonNode? ended) => ended.Number("exitCode") ?? -1;
}
