using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using NebulaKeep.Kubernetes.Crds;
using NebulaKeep.Operator.Resources.Shared;

namespace NebulaKeep.Operator.Resources.Backups;

/// <summary>What to back up and where to.</summary>
[ExactlyOneOf("s3", "gs")]
public sealed record BackupConfig
{
    /// <summary>The NebulaCluster to back up.</summary>
    [MinLength(1)]
    public required string ClusterName { get; init; }

    /// <summary>The cluster's namespace; by default the one of this object.</summary>
    [MinLength(1)]
    public string? ClusterNamespace { get; init; }

    /// <summary>The backup that an incremental one starts from; without it the backup is full.</summary>
    [MinLength(1)]
    public string? BaseBackupName { get; init; }

    /// <summary>How many files each host sends at the same time.</summary>
    [DefaultValue(5)]
    [Range(1, int.MaxValue)]
    public int? Concurrency { get; init; }

    /// <summary>A bucket of Amazon S3 or a compatible store.</summary>
    public S3Location? S3 { get; init; }

    /// <summary>A bucket of Google Cloud Storage.</summary>
    [JsonPropertyName("gs")]
    public GcsLocation? Gcs { get; init; }
}
