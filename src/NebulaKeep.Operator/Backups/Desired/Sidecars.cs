using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Backups.Desired;

/// <summary>
/// Where the user's sidecars go. One that is named like br's own container changes its fields. From Kubernetes 1.29 on the others are init
/// containers that go on running and end with br; before, they are plain containers, and the operator stops the Job when br has ended.
/// </summary>
static class Sidecars
{
    public static (IReadOnlyList<JsonObject> Containers, IReadOnlyList<JsonObject> InitContainers) Place(
        JsonObject main, IReadOnlyList<JsonObject> initContainers, IReadOnlyList<JsonObject> sidecars, bool native)
    {
        foreach (var change in sidecars.Where(sidecar => sidecar.Text("name") == BrPod.Container))
            foreach (var (field, value) in change) main[field] = value?.DeepClone();
        var others = sidecars.Where(sidecar => sidecar.Text("name") != BrPod.Container).ToList();
        if (!native) return ([main, .. others], initContainers);
        foreach (var sidecar in others) sidecar["restartPolicy"] = "Always";
        return ([main], [.. initContainers, .. others]);
    }
}
