using System.Text;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Backups.Desired;

/// <summary>
/// The cluster's spec for br, which writes it into the manifest, so that a restore needs nothing but the store. It travels as an annotation of the
/// pod that the kubelet gives it as a file: no further object, and no right to read any.
/// </summary>
static class ClusterRecord
{
    public const string Annotation = "apps.nebula-graph.io/cluster-spec";
    const string Variable = "NEBULAKEEP_CLUSTER_SPEC_FILE";
    const string Volume = "cluster-spec";
    const string Folder = "/var/run/nebulakeep/cluster";
    const string File = "spec.json";

    /// <summary>All annotations of an object together have at most 256 KiB; the rest is left to the user's.</summary>
    const int MostBytes = 192 << 10;

    /// <summary>Adds it to the template of a pod. A spec that is too long for that is left out; the backup is whole without it.</summary>
    public static void AddTo(JsonObject template, ClusterView cluster)
    {
        var spec = cluster.SpecJson;
        if (Encoding.UTF8.GetByteCount(spec) > MostBytes) return;
        var (metadata, pod) = ((JsonObject)template["metadata"]!, (JsonObject)template["spec"]!);
        var annotations = metadata["annotations"] as JsonObject ?? [];
        if (annotations.Parent is null) metadata["annotations"] = annotations;
        annotations[Annotation] = spec;
        Append(pod, "volumes", new JsonObject { ["name"] = Volume, ["downwardAPI"] = new JsonObject { ["items"] = new JsonArray(Item()) } });
        var br = pod.Items("containers").First(container => container.Text("name") == BrPod.Container);
        Append(br, "env", new JsonObject { ["name"] = Variable, ["value"] = $"{Folder}/{File}" });
        Append(br, "volumeMounts", new JsonObject { ["name"] = Volume, ["mountPath"] = Folder, ["readOnly"] = true });
    }

    static JsonObject Item() => new() { ["path"] = File, ["fieldRef"] = new JsonObject { ["fieldPath"] = $"metadata.annotations['{Annotation}']" } };

    static void Append(JsonObject target, string list, JsonObject item)
    {
        if (target[list] is JsonArray items) items.Add(item);
        else target[list] = new JsonArray(item);
    }
}
