using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Backups.Desired;
using NebulaKeep.Operator.Resources.Backups;

namespace NebulaKeep.Operator.Backups;

/// <summary>A Secret in the NebulaBackup's namespace, and the keys that must be in it.</summary>
sealed record SecretNeed(string Name, IReadOnlyList<string> Keys, string Purpose)
{
    public const string S3AccessKey = "access_key";
    public const string S3SecretKey = "secret_key";
    public const string S3SessionToken = "session_token";
    public const string GcsCredentials = "credentials";
    public const string Ca = "ca.crt";

    /// <summary>All Secrets that a backup's pod refers to.</summary>
    public static IReadOnlyList<SecretNeed> Of(BackupObject backup, ClusterView cluster) => [.. Store(backup.Config), .. ClientCertificates.Secrets(backup, cluster)];

    /// <summary>What is wrong with the Secret, or null. Only looks whether keys are there and not empty.</summary>
    public (string Reason, string Message)? Check(string inNamespace, JsonObject? secret)
    {
        if (secret is null) return (Reasons.SecretNotFound, $"The Secret {inNamespace}/{Name} with {Purpose} is not there. Create it in the namespace of this object; the backup then starts by itself.");
        var missing = Keys.Where(key => string.IsNullOrEmpty(secret.Text("data", key))).ToList();
        return missing.Count == 0 ? null : (Reasons.SecretKeyMissing, $"The Secret {inNamespace}/{Name} with {Purpose} has no value under {string.Join(" and ", missing)}; it needs {string.Join(" and ", Keys)}.");
    }

    static IEnumerable<SecretNeed> Store(BackupConfig config)
    {
        if (config.S3?.SecretName is { Length: > 0 } s3) yield return new SecretNeed(s3, [S3AccessKey, S3SecretKey], "the credentials of the S3 store");
        if (config.Gcs?.SecretName is { Length: > 0 } gcs) yield return new SecretNeed(gcs, [GcsCredentials], "the credentials of the Google store");
        if ((config.S3?.CaSecretName ?? config.Gcs?.CaSecretName) is { Length: > 0 } ca) yield return new SecretNeed(ca, [Ca], "the CA certificates of the store");
    }
}
