using NebulaKeep.Core;

namespace NebulaKeep.Operator.Restores;

/// <summary>Rules of a NebulaRestore's spec that its schema cannot hold, or could not when the object was stored.</summary>
static class RestoreSpecRules
{
    /// <summary>What is wrong, or null.</summary>
    public static string? Problem(RestoreObject restore)
    {
        var config = restore.Config;
        if (config.S3 is null == config.Gcs is null) return "spec.config must have exactly one of s3 and gs";
        if (string.IsNullOrEmpty(config.S3?.Bucket ?? config.Gcs?.Bucket)) return "spec.config names no bucket";
        if (string.IsNullOrEmpty(config.S3?.SecretName ?? config.Gcs?.SecretName)) return "spec.config names no Secret: the operator reads the backup's manifest with it, and never with an identity of its own";
        if (config.Concurrency is < 1 or > 256) return "spec.config.concurrency takes 1 to 256";
        if (!BackupName.TryParse(config.BackupName, out _)) return $"spec.config.backupName '{config.BackupName}' is no backup's name: BACKUP_yyyy_MM_dd_HH_mm_ss is expected, as in the column BACKUP of 'kubectl get nb'";
        return restore.Spec.RestoredClusterName is { } name && !IsName(name) ? $"spec.restoredClusterName '{name}' is no name of an object: small letters, digits and dashes, beginning with a letter" : null;
    }

    static bool IsName(string name) => name.Length is > 0 and <= 40 && char.IsAsciiLetterLower(name[0]) && name[^1] != '-' && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
