using System.Text.Json.Nodes;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Backups.Desired;

namespace NebulaKeep.Operator.Backups;

/// <summary>Rules of a NebulaBackup's spec that its schema cannot hold, or could not when the object was stored.</summary>
static class SpecRules
{
    /// <summary>What is wrong, or null. <paramref name="baseBackup"/> is the NebulaBackup that made the base, where one is known.</summary>
    public static string? Problem(BackupObject backup, JsonObject? baseBackup)
    {
        var (spec, config) = (backup.Spec, backup.Config);
        if (string.IsNullOrEmpty(spec.Image)) return "spec.image is missing: the image of br, without its tag";
        if (string.IsNullOrEmpty(spec.Version)) return "spec.version is missing: the tag of br's image";
        if (config.S3 is null == config.Gcs is null) return "spec.config must have exactly one of s3 and gs";
        if (string.IsNullOrEmpty(config.S3?.Bucket ?? config.Gcs?.Bucket)) return "spec.config names no bucket";
        if (config.Concurrency is < 1 or > 256) return "spec.config.concurrency takes 1 to 256";
        if (config.S3?.Endpoint is { Length: > 0 } endpoint && !IsEndpoint(endpoint)) return $"spec.config.s3.endpoint '{endpoint}' is neither a URL nor host:port";
        if (config.BaseBackupName is { } name && !BackupName.TryParse(name, out _)) return $"spec.config.baseBackupName '{name}' is no backup's name: BACKUP_yyyy_MM_dd_HH_mm_ss is expected, as in the column BACKUP of 'kubectl get nb'";
        return BaseProblem(backup, baseBackup) ?? TwiceNamed(spec.InitContainers, spec.SidecarContainers);
    }

    static string? BaseProblem(BackupObject backup, JsonObject? baseBackup)
    {
        if (baseBackup is null) return null;     // it may come from elsewhere; br looks before anything is blocked
        var start = new BackupObject(baseBackup);
        if (start.Cluster != backup.Cluster) return $"The base {backup.Config.BaseBackupName} is of the cluster {start.Cluster}, this backup is of {backup.Cluster}";
        return StoreOf(start) == StoreOf(backup) ? null : $"The base {backup.Config.BaseBackupName} lies in {StoreOf(start)}; an incremental backup must go into the same store, not {StoreOf(backup)}";
    }

    static string StoreOf(BackupObject backup) =>
        backup.Config.S3 is { } s3 ? $"s3://{s3.Bucket}" + (string.IsNullOrEmpty(s3.Endpoint) ? "" : $" at {s3.Endpoint}") : $"gs://{backup.Config.Gcs?.Bucket}";

    static string? TwiceNamed(IReadOnlyList<JsonObject>? initContainers, IReadOnlyList<JsonObject>? sidecars)
    {
        var names = (initContainers ?? []).Concat(sidecars ?? []).Select(container => container.Text("name"));
        var twice = names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is not null ? $"Two containers are named {twice.Key}"
            : (initContainers ?? []).Any(container => container.Text("name") == BrPod.Container) ? $"An init container cannot be named {BrPod.Container}"
            : null;
    }

    static bool IsEndpoint(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}", UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https" && uri.Host.Length > 0 && uri.UserInfo.Length == 0;
}
