using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Roots;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Sealed;
using NebulaKeep.ObjectStore.Sealed.Root;
using NebulaKeep.Operator.Backups;

namespace NebulaKeep.Operator.Restores;

/// <summary>
/// Opens the store with the credentials that the new cluster's pods will use: the Secret in their namespace. The operator's own identity is
/// never shown to a store that somebody else names.
/// </summary>
sealed class BackupLooker(Func<NamespacedName, CancellationToken, Task<JsonObject?>> secrets, ILoggerFactory loggers, TimeProvider time) : IBackupLooker
{
    public async Task<BackupContents> LookAsync(RestoreObject restore, CancellationToken cancellation)
    {
        var store = ObjectStores.Open(await SettingsAsync(restore, cancellation), loggers, time);
        await using var closing = store;
        if (await SealAsync(store, cancellation) is { } seal) store = SealedStore.Wrap(store, seal);
        return await new BackupContentsReader(store).ReadOverviewAsync(BackupName.Parse(restore.Config.BackupName), cancellation);
    }

    /// <summary>Compression needs no key; a key would have to reach every pod.</summary>
    async Task<Seal?> SealAsync(IObjectStore store, CancellationToken cancellation)
    {
        try
        {
            return await new RootGate(store, time).OpenAsync(null, cancellation);
        }
        catch (RootException locked) when (locked.Problem == RootProblem.KeyMissing)
        {
            throw new RestoreRefusedException($"{store.Location} is encrypted, and a NebulaRestore names no key. Make a cluster, and restore into it by 'br restore full' with the key.");
        }
    }

    async Task<StoreSettings> SettingsAsync(RestoreObject restore, CancellationToken cancellation)
    {
        var inNamespace = restore.Source.Namespace;
        if (restore.Config.S3 is { } s3)
        {
            var keys = await SecretAsync(new NamespacedName(inNamespace, s3.SecretName!), cancellation);
            return new StoreSettings
            {
                Uri = StoreUri.Parse($"s3://{s3.Bucket}"),
                S3 = new S3Settings
                {
                    Endpoint = s3.Endpoint,
                    Region = s3.Region,
                    AccessKey = Value(keys, SecretNeed.S3AccessKey),
                    SecretKey = Secret.FromOptional(Value(keys, SecretNeed.S3SecretKey)),
                    SessionToken = Secret.FromOptional(Value(keys, SecretNeed.S3SessionToken)),
                    CaPem = await CaAsync(inNamespace, s3.CaSecretName, cancellation),
                },
            };
        }

        var gcs = restore.Config.Gcs!;
        var account = await SecretAsync(new NamespacedName(inNamespace, gcs.SecretName!), cancellation);
        return new StoreSettings
        {
            Uri = StoreUri.Parse($"gs://{gcs.Bucket}"),
            Gcs = new GcsSettings { Endpoint = gcs.Endpoint, Credentials = Secret.FromOptional(Value(account, SecretNeed.GcsCredentials)), CaPem = await CaAsync(inNamespace, gcs.CaSecretName, cancellation) },
        };
    }

    async Task<string?> CaAsync(string inNamespace, string? secret, CancellationToken cancellation) =>
        string.IsNullOrEmpty(secret) ? null : Value(await SecretAsync(new NamespacedName(inNamespace, secret), cancellation), SecretNeed.Ca);

    async Task<JsonObject> SecretAsync(NamespacedName key, CancellationToken cancellation) =>
        await secrets(key, cancellation) ?? throw new NebulaKeepException($"The Secret {key} went away.");

    static string? Value(JsonObject secret, string key) =>
        secret.Text("data", key) is { Length: > 0 } text ? Encoding.UTF8.GetString(Convert.FromBase64String(text)) : null;
}
