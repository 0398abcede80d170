using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Resources.Restores;

namespace NebulaKeep.Operator.Restores;

/// <summary>A stored NebulaRestore, read. What was started is judged by what was recorded at the start, not by a spec that was edited since.</summary>
sealed class RestoreObject
{
    readonly NebulaRestore read;

    /// <exception cref="Core.NebulaKeepException">The stored object does not fit its class.</exception>
    public RestoreObject(JsonObject json)
    {
        Json = json;
        read = ResourceJson.Read<NebulaRestore>(json);
        Config = json.At("status", "config") is JsonObject started ? ResourceJson.Read<RestoreConfig>(started) : Spec.Config;
    }

    public JsonObject Json { get; }

    public NamespacedName Key => Json.Key();

    public NebulaRestoreSpec Spec => read.Spec;

    /// <summary>As it was when the restore was started; before that, as it is.</summary>
    public RestoreConfig Config { get; }

    public NebulaRestoreStatus Status => read.Status ?? new NebulaRestoreStatus();

    /// <summary>The cluster that was backed up; it need not be there any more.</summary>
    public NamespacedName Source => new(Config.ClusterNamespace ?? Key.Namespace, Config.ClusterName);

    /// <summary>The new cluster; null until its name is chosen.</summary>
    public NamespacedName? Target => TargetOf(Json);

    /// <summary>The document that the new cluster's pods go by.</summary>
    public NamespacedName? PlanKey => Target is { } target ? Desired.PlanConfigMap.KeyOf(target) : null;

    /// <summary>What the annotation of a cluster says that this one makes.</summary>
    public string Mark => RestoreGate.Mark(Json);

    /// <summary>The new cluster was made and its pods know what to fetch.</summary>
    public bool IsStarted => Has("Planned");

    public bool IsComplete => Has("Complete");

    public bool IsFailed => Has("Failed");

    public JsonNode? Conditions => Json.At("status", "conditions");

    public bool Has(string condition) => Condition.IsTrue(Conditions, condition);

    /// <summary>The stored cluster is the one that this restore makes or has made.</summary>
    public bool Owns(JsonObject cluster) => RestoreGate.RestoreOf(cluster) is { } maker ? maker.Uid == Json.Uid() : Status.ClusterUid is { } uid && uid == cluster.Uid();

    /// <summary>How often a metad was told to take in its tables, and whether it did.</summary>
    public RestoredMetad MetadOf(string pod) => (Status.Metads ?? []).FirstOrDefault(metad => metad.Name == pod) ?? new RestoredMetad { Name = pod };

    /// <summary>The new cluster of a NebulaRestore, read without its class; null until its name is chosen.</summary>
    public static NamespacedName? TargetOf(JsonObject restore) =>
        restore.Text("status", "clusterName") is { Length: > 0 } name ? new NamespacedName(restore.Text("status", "clusterNamespace") ?? restore.Key().Namespace, name) : null;

    /// <summary>The phase that a NebulaRestore shows; one that nobody has looked at yet is pending.</summary>
    public static string PhaseOf(JsonObject restore) => restore.Text("status", "phase") is { Length: > 0 } phase ? phase : "Pending";
}
