using Google.Protobuf;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Sealed;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Backup;

/// <summary>Store settings as agents take them.</summary>
static class AgentStore
{
    /// <summary>The message, with the secrets that the agents need; it travels over mutual TLS only.</summary>
    public static Store From(StoreSettings settings)
    {
        var store = settings.Seal is { } seal ? new Store { Seal = From(settings.Uri, seal) } : new Store { Uri = settings.Uri.ToString() };
        if (settings.S3 is { } s3) store.S3 = From(s3);
        if (settings.Gcs is { } gcs) store.Gcs = From(gcs);
        return store;
    }

    static Store.Types.Seal From(StoreUri uri, Seal seal) => new()
    {
        Uri = uri.ToString(),
        Compression = seal.Compression == ContentCompression.Zstd ? Store.Types.Seal.Types.Compression.Zstd : Store.Types.Seal.Types.Compression.None,
        RootKey = seal.Encryption is { } encryption ? ByteString.FromBase64(encryption.RootKey.Reveal()) : ByteString.Empty,
        ChunkBytes = seal.Encryption?.ChunkBytes ?? 0,
    };

    static Store.Types.Gcs From(GcsSettings settings) => new()
    {
        Endpoint = settings.Endpoint ?? "",
        Credentials = settings.Credentials?.Reveal() ?? "",
        AccessToken = settings.AccessToken?.Reveal() ?? "",
        CaPem = settings.CaPem ?? "",
    };

    static Store.Types.S3 From(S3Settings settings)
    {
        var s3 = new Store.Types.S3
        {
            Endpoint = settings.Endpoint ?? "",
            Region = settings.Region ?? "",
            AccessKey = settings.AccessKey ?? "",
            SecretKey = settings.SecretKey?.Reveal() ?? "",
            SessionToken = settings.SessionToken?.Reveal() ?? "",
            CaPem = settings.CaPem ?? "",
            ServerSideEncryption = settings.ServerSideEncryption ?? "",
            KmsKeyId = settings.KmsKeyId ?? "",
        };
        if (settings.PathStyle is { } pathStyle) s3.PathStyle = pathStyle;
        return s3;
    }
}
