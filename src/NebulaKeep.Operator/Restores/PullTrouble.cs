using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Restores.Desired;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Restores;

/// <summary>What the pods' init containers say of their fetching.</summary>
static class PullTrouble
{
    /// <summary>The exit status with which <c>agent pull</c> says that trying again cannot help.</summary>
    const int HopelessStatus = 3;

    /// <summary>Even such a failure is not believed at once: what came over the network may have been at fault, and not the store.</summary>
    const int Tries = 3;

    /// <summary>Why a pod can never have its data, or null.</summary>
    public static string? Hopeless(IEnumerable<JsonObject> pods) => pods
        .Select(pod => (Pod: pod, State: StateOf(pod)))
        .Where(one => one.State.Number("restartCount") >= Tries && EndOf(one.State) is { } end && end.Number("exitCode") == HopelessStatus)
        .Select(one => $"{one.Pod.Key().Name} cannot fetch its data: {Words(EndOf(one.State))}")
        .FirstOrDefault();

    /// <summary>What went wrong so far with pods of a service, as the end of a sentence; empty where nothing did.</summary>
    public static string Of(IEnumerable<JsonObject> pods, Component component) => pods
        .Where(pod => pod.Label(Labels.Component) == component.Name)
        .Select(pod => (Pod: pod, End: EndOf(StateOf(pod))))
        .Where(one => one.End is not null && one.End.Number("exitCode") is not 0)
        .Select(one => $". {one.Pod.Key().Name} could not, and tries again: {Words(one.End)}")
        .FirstOrDefault() ?? "";

    static JsonObject? StateOf(JsonObject pod) => pod.Items("status", "initContainerStatuses").FirstOrDefault(container => container.Text("name") == PullContainer.Name);

    /// <summary>How it ended last; null where it never did.</summary>
    static JsonNode? EndOf(JsonObject? state) => state.At("state", "terminated") ?? state.At("lastState", "terminated");

    static string Words(JsonNode? end) =>
        end.Text("message")?.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? $"{end.Text("reason") ?? "it ended"}, exit code {end.Number("exitCode")}";
}
