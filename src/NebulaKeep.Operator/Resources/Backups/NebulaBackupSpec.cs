using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Crds;
using NebulaKeep.Operator.Resources.Shared;

namespace NebulaKeep.Operator.Resources.Backups;

/// <summary>What to back up, where to, and how the Job's pod is made.</summary>
public sealed record NebulaBackupSpec
{
    /// <summary>The image of br, without its tag.</summary>
    [MinLength(1)]
    public string? Image { get; init; }

    /// <summary>The image's tag.</summary>
    [MinLength(1)]
    public string? Version { get; init; }

    /// <summary>CPU and memory of the br container.</summary>
    public ResourceRequirements? Resources { get; init; }

    /// <summary>Environment of the br container, such as CA_CERT_PATH, CLIENT_CERT_PATH and CLIENT_KEY_PATH.</summary>
    [Embedded("name")]
    public IReadOnlyList<JsonObject>? Env { get; init; }

    /// <summary>When the br image is pulled.</summary>
    [DefaultValue("Always")]
    [AllowedValues("Always", "IfNotPresent", "Never")]
    public string? ImagePullPolicy { get; init; }

    /// <summary>Secrets for private registries, in this object's namespace.</summary>
    [Embedded]
    public IReadOnlyList<JsonObject>? ImagePullSecrets { get; init; }

    /// <summary>Labels of the nodes that the pod may run on.</summary>
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>Where the pod prefers or refuses to run.</summary>
    [Embedded]
    public JsonObject? Affinity { get; init; }

    /// <summary>Taints that the pod bears.</summary>
    [Embedded]
    public IReadOnlyList<JsonObject>? Tolerations { get; init; }

    /// <summary>Containers that run before br, to fetch certificates for example.</summary>
    [Embedded("name")]
    public IReadOnlyList<JsonObject>? InitContainers { get; init; }

    /// <summary>Containers that run beside br; one named ng-backup changes br's own.</summary>
    [Embedded("name")]
    public IReadOnlyList<JsonObject>? SidecarContainers { get; init; }

    /// <summary>Volumes of the pod.</summary>
    [Embedded("name")]
    public IReadOnlyList<JsonObject>? Volumes { get; init; }

    /// <summary>What the br container mounts.</summary>
    [Embedded("name", "mountPath")]
    public IReadOnlyList<JsonObject>? VolumeMounts { get; init; }

    /// <summary>Delete the backup's data from the store when this object is deleted.</summary>
    public bool? CleanBackupData { get; init; }

    /// <summary>Delete the Job when the backup has completed or failed.</summary>
    public bool? AutoRemoveFinished { get; init; }

    /// <summary>After this many seconds the backup is cancelled and fails.</summary>
    [Range(60, int.MaxValue)]
    public long? ActiveDeadlineSeconds { get; init; }

    /// <summary>What to back up and where to. Not to be changed once the backup has started.</summary>
    public required BackupConfig Config { get; init; }
}
