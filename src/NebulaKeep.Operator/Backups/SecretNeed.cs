using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Backups.Desired;
using NebulaKeep.Operator.Resources.Shared;

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
    public static IReadOnlyList<SecretNeed> Of(BackupObject backup, ClusterView cluster) => [.. OfStore(backup.Config.S3, backup.Config.Gcs), .. ClientCertificates.Secrets(backup, cluster)];

    /// <summary>What is wrong with the Secret, or null. Only looks whether keys are there and not empty.</summary>
    public (string Reason, string Message)? Check(string inNamespace, JsonObject? secret)
    {
        if (secret is null) return (Reasons.SecretNotFound, $"The Secret {inNamespace}/{Name} with {Purpose} is not there. Create it in this namespace; what waits for it then goes on by itself.");
        var missing = Keys.Where(key => string.IsNullOrEmpty(secret.Text("data", key))).ToList();
        return missing.Count == 0 ? null : (Reasons.SecretKeyMissing, $"The Secret {inNamespace}/{Name} with {Purpose} has no value under {string.Join(" and ", missing)}; it needs {string.Join(" and ", Keys)}.");
    }

    /// <summary>The Secrets with which a store is reached.</summary>
    public static IEnumerable<SecretNeed> OfStore(S3Location? s3, GcsLocation? gcs)
    {
        if (s3?.SecretName is { Length: > 0 } keys) yield return new SecretNeed(keys, [S3AccessKey, S3SecretKey], "the credentials of the S3 store");
        if (gcs?.SecretName is { Length: > 0 } account) yield return new SecretNeed(account, [GcsCredentials], "the credentials of the Google store");
        if ((s3?.CaSecretName ?? gcs?.CaSecretName) is { Length: > 0 } ca) yield return new SecretNeed(ca, [Ca], "the CA certificates of the store");
    }
}
