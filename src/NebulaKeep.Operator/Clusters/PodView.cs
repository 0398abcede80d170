using System.Globalization;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters;

/// <summary>A pod of a StatefulSet as a rollout sees it.</summary>
sealed record PodView(string Name, int Ordinal, string? Revision, bool IsReady, bool IsLeaving, string Uid)
{
    public static PodView Of(JsonObject pod) => new(
        pod.Key().Name,
        OrdinalOf(pod.Key().Name),
        pod.Label(Labels.Revision),
        Condition.IsTrue(pod.At("status", "conditions"), "Ready") && !pod.IsDeleting(),
        pod.IsDeleting(),
        pod.Uid());

    /// <summary>The number at the end of a name; -1 for none.</summary>
    public static int OrdinalOf(string name) =>
        int.TryParse(name.AsSpan(name.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : -1;
}
