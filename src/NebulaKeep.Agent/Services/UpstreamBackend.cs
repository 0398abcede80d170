using NebulaKeep.Agent.Guard;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;
using NebulaKeep.Rpc;
using NebulaKeep.Rpc.Upstream;

namespace NebulaKeep.Agent.Services;

/// <summary>From upstream's backend message, whose path holds everything, to a store and a key in it.</summary>
/// <param name="Key">Without slashes at its ends.</param>
sealed record UpstreamBackend(StoreSettings Settings, string Key)
{
    /// <exception cref="AgentFailureException">No such store here, or outside the store roots.</exception>
    public static UpstreamBackend Locate(Backend? backend, DirectoryGuard guard) => backend?.StorageCase switch
    {
        Backend.StorageOneofCase.Local => LocalAt(backend.Local.Path, guard),
        Backend.StorageOneofCase.S3 => new UpstreamBackend(SettingsOf(backend.S3), backend.S3.Path.Trim('/')),
        Backend.StorageOneofCase.Gs => new UpstreamBackend(SettingsOf(backend.Gs), backend.Gs.Path.Trim('/')),
        _ => throw new AgentFailureException(GrpcStatusCode.Unknown, "the request names no backend"),
    };

    static UpstreamBackend LocalAt(string path, DirectoryGuard guard)
    {
        var plain = guard.Store(path);
        var root = guard.StoreRootOf(plain)!;
        return new UpstreamBackend(new StoreSettings { Uri = new StoreUri(StoreKind.Local, "", root) }, plain[root.Length..].Trim('/'));
    }

    // Empty credentials are the agent's own (spec/agent.md §5.4).
    static StoreSettings SettingsOf(GS gs) => new()
    {
        Uri = new StoreUri(StoreKind.Gcs, gs.Bucket, ""),
        Gcs = new GcsSettings { Credentials = Secret.FromOptional(gs.Credentials) },
    };

    static StoreSettings SettingsOf(S3 s3) => new()
    {
        Uri = new StoreUri(StoreKind.S3, s3.Bucket, ""),
        S3 = new S3Settings
        {
            Endpoint = s3.Endpoint,
            Region = s3.Region,
            AccessKey = s3.AccessKey.Length == 0 ? null : s3.AccessKey,
            SecretKey = Secret.FromOptional(s3.SecretKey),
        },
    };
}
