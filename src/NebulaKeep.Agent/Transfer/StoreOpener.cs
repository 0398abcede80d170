using Microsoft.Extensions.Logging;
using NebulaKeep.Agent.Guard;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Sealed;
using NebulaKeep.Rpc;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Agent.Transfer;

/// <summary>Opens the store that a request names, if the agent may use it.</summary>
sealed class StoreOpener(DirectoryGuard guard, Func<StoreSettings, IObjectStore> open)
{
    /// <summary>Opens real stores.</summary>
    public static StoreOpener Real(DirectoryGuard guard, ILoggerFactory loggers, TimeProvider clock) =>
        new(guard, settings => ObjectStores.Open(settings, loggers, clock));

    /// <exception cref="AgentFailureException">There is no such store, or it lies outside the store roots.</exception>
    public IObjectStore Open(Store? store) => Open(SettingsOf(store ?? throw Invalid("the request names no store")));

    /// <inheritdoc cref="Open(Store)"/>
    public IObjectStore Open(StoreSettings settings)
    {
        if (settings.Uri.Kind == StoreKind.Local) guard.Store(settings.Uri.Path);
        if (settings.Gcs is { } gcs && GcsCredentials.AreMissing(gcs))
            throw Invalid($"the request names a server for {settings.Uri} and no credentials for it: the agent shows its own only to Google's servers (*.googleapis.com); give br a service account's key");
        var store = open(settings);
        return settings.Seal is { } seal ? SealedStore.Wrap(store, seal) : store;
    }

    static StoreSettings SettingsOf(Store store)
    {
        try
        {
            return new StoreSettings
            {
                Uri = StoreUri.Parse(store.Seal?.Uri ?? store.Uri),
                S3 = store.S3 is { } s3 ? SettingsOf(s3) : null,
                Gcs = store.Gcs is { } gcs ? SettingsOf(gcs) : null,
                Seal = store.Seal is { } seal ? SealOf(seal) : null,
            };
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw Invalid(e.Message);
        }
    }

    static Seal SealOf(Store.Types.Seal seal)
    {
        var compression = seal.Compression switch
        {
            Store.Types.Seal.Types.Compression.None => ContentCompression.None,
            Store.Types.Seal.Types.Compression.Zstd => ContentCompression.Zstd,
            _ => throw Invalid("the request names a compression that this agent does not know; use the agent of br's version"),
        };
        if (seal.RootKey.IsEmpty) return new Seal(compression, null);
        if (seal.RootKey.Length != SealEncryption.KeyBytes || !SealEncryption.IsChunkSize(seal.ChunkBytes)) throw Invalid("the request has an impossible seal for its store");
        return new Seal(compression, new SealEncryption(new Secret(seal.RootKey.ToBase64()), seal.ChunkBytes));
    }

    static S3Settings SettingsOf(Store.Types.S3 s3) => new()
    {
        Endpoint = s3.Endpoint.OrNull(),
        Region = s3.Region.OrNull(),
        AccessKey = s3.AccessKey.OrNull(),
        SecretKey = Secret.FromOptional(s3.SecretKey),
        SessionToken = Secret.FromOptional(s3.SessionToken),
        PathStyle = s3.HasPathStyle ? s3.PathStyle : null,
        CaPem = s3.CaPem.OrNull(),
        ServerSideEncryption = s3.ServerSideEncryption.OrNull(),
        KmsKeyId = s3.KmsKeyId.OrNull(),
    };

    static GcsSettings SettingsOf(Store.Types.Gcs gcs) => new()
    {
        Endpoint = gcs.Endpoint.OrNull(),
        Credentials = Secret.FromOptional(gcs.Credentials),
        AccessToken = Secret.FromOptional(gcs.AccessToken),
        CaPem = gcs.CaPem.OrNull(),
    };

    static AgentFailureException Invalid(string message) => new(GrpcStatusCode.InvalidArgument, message);
}

file static class Texts
{
    /// <summary>Protobuf knows no null text.</summary>
    public static string? OrNull(this string text) => text.Length == 0 ? null : text;
}
