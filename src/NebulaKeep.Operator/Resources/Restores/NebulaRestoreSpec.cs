using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NebulaKeep.Kubernetes.Crds;
using NebulaKeep.Operator.Resources.Shared;

namespace NebulaKeep.Operator.Resources.Restores;

/// <summary>What to restore and from where.</summary>
public sealed record NebulaRestoreSpec
{
    /// <summary>Node labels for the new cluster's pods, in place of the original cluster's.</summary>
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>Where the new cluster's pods prefer or refuse to run, in place of the original cluster's.</summary>
    [Embedded]
    public JsonObject? Affinity { get; init; }

    /// <summary>Taints that the new cluster's pods bear, in place of the original cluster's.</summary>
    [Embedded]
    public IReadOnlyList<JsonObject>? Tolerations { get; init; }

    /// <summary>Delete the new cluster when the restore fails.</summary>
    [DefaultValue(false)]
    public bool? AutoRemoveFailed { get; init; }

    /// <summary>The new cluster's name; by default ng and four letters. Ours, not upstream's.</summary>
    [MinLength(1)]
    [MaxLength(40)]
    public string? RestoredClusterName { get; init; }

    /// <summary>The new cluster's spec, where it shall differ from the original's, or nothing else tells it. Ours, not upstream's.</summary>
    [Embedded]
    public JsonObject? ClusterTemplate { get; init; }

    /// <summary>A restore that is not complete so many seconds after its cluster was made has failed; by default the operator's. Ours, not upstream's.</summary>
    [Range(1, int.MaxValue)]
    public long? ActiveDeadlineSeconds { get; init; }

    /// <summary>What to restore and from where.</summary>
    public required RestoreConfig Config { get; init; }
}

/// <summary>Which backup, and where it lies.</summary>
[ExactlyOneOf("s3", "gs")]
public sealed record RestoreConfig
{
    /// <summary>The cluster that was backed up; the new one is made like it.</summary>
    [MinLength(1)]
    public required string ClusterName { get; init; }

    /// <summary>The namespace of both clusters; by default the one of this object.</summary>
    [MinLength(1)]
    public string? ClusterNamespace { get; init; }

    /// <summary>The backup's name, such as BACKUP_2024_02_05_08_05_13; full or incremental.</summary>
    [MinLength(1)]
    public required string BackupName { get; init; }

    /// <summary>How many files each host fetches at the same time.</summary>
    [DefaultValue(5)]
    [Range(1, int.MaxValue)]
    public int? Concurrency { get; init; }

    /// <summary>A bucket of Amazon S3 or a compatible store.</summary>
    public S3Location? S3 { get; init; }

    /// <summary>A bucket of Google Cloud Storage.</summary>
    [JsonPropertyName("gs")]
    public GcsLocation? Gcs { get; init; }
}
