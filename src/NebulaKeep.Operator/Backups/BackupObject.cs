using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources.Backups;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Backups;

/// <summary>A stored NebulaBackup, read. What was started is judged by what was recorded at the start, not by a spec that was edited since.</summary>
sealed class BackupObject
{
    public const string Pending = "Pending";

    readonly NebulaBackup read;

    /// <exception cref="Core.NebulaKeepException">The stored object does not fit its class.</exception>
    public BackupObject(JsonObject json)
    {
        Json = json;
        read = ResourceJson.Read<NebulaBackup>(json);
        Config = json.At("status", "config") is JsonObject started ? ResourceJson.Read<BackupConfig>(started) : Spec.Config;
    }

    public JsonObject Json { get; }

    public NamespacedName Key => Json.Key();

    public NebulaBackupSpec Spec => read.Spec;

    /// <summary>As it was when the backup was started; before that, as it is.</summary>
    public BackupConfig Config { get; }

    public NebulaBackupStatus Status => read.Status ?? new NebulaBackupStatus();

    public NamespacedName Cluster => ClusterOf(Json, Config);

    public bool IsIncremental => Config.BaseBackupName is not null;

    public string Type => IsIncremental ? "incr" : "full";

    public NamespacedName Job => Key with { Name = Status.JobName ?? JobName(Type, Key.Name) };

    public NamespacedName CleanJob => Key with { Name = ObjectNames.Fit($"clean-{Key.Name}") };

    /// <summary>A Job was made for it and recorded.</summary>
    public bool IsStarted => Status.JobUid is not null;

    public bool IsComplete => Has("Complete");

    public bool IsFailed => Has("Failed");

    /// <summary>Nothing more will happen to it but its deletion.</summary>
    public bool IsFinished => IsComplete || IsFailed;

    public bool IsCancelled => Condition.Find(Conditions, "Failed") is { } failed && failed.Text("reason") == Reasons.Cancelled;

    public bool UsesUpstreamBr => Json.Annotation(Annotations.BrFlavor) == "upstream";

    public JsonNode? Conditions => Json.At("status", "conditions");

    public bool Owns(JsonObject item) => OwnerReferences.Uids(item).Contains(Json.Uid(), StringComparer.Ordinal);

    /// <summary>backup-full-NAME or backup-incr-NAME, as upstream names it.</summary>
    public static string JobName(string type, string backup) => ObjectNames.Fit($"backup-{type}-{backup}");

    /// <summary>The cluster that a NebulaBackup names, read without its class: also where the rest of it makes no sense.</summary>
    public static NamespacedName ClusterOf(JsonObject backup) =>
        new(backup.Text("spec", "config", "clusterNamespace") ?? backup.Key().Namespace, backup.Text("spec", "config", "clusterName") ?? "");

    /// <summary>The phase that a NebulaBackup shows; one that nobody has looked at yet is pending.</summary>
    public static string PhaseOf(JsonObject backup) => backup.Text("status", "phase") is { Length: > 0 } phase ? phase : Pending;

    static NamespacedName ClusterOf(JsonObject backup, BackupConfig config) => new(config.ClusterNamespace ?? backup.Key().Namespace, config.ClusterName);

    bool Has(string condition) => Condition.IsTrue(Conditions, condition);
}
