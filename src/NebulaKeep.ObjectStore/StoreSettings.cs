using NebulaKeep.Core;
using NebulaKeep.ObjectStore.Sealed;

namespace NebulaKeep.ObjectStore;

/// <summary>All that is needed to open a store. It travels from br to the agents over mTLS, so it is complete in itself.</summary>
public sealed record StoreSettings
{
    /// <summary>The root.</summary>
    public required StoreUri Uri { get; init; }

    /// <summary>Settings for <c>s3://</c>; defaults where null.</summary>
    public S3Settings? S3 { get; init; }

    /// <summary>Settings for <c>gs://</c>; defaults where null.</summary>
    public GcsSettings? Gcs { get; init; }

    /// <summary>For the objects of a sealed root; null where they are plain. <see cref="ObjectStores.Open"/> leaves it to the caller, who wraps the store (<see cref="SealedStore"/>).</summary>
    public Seal? Seal { get; init; }
}

/// <summary>How to reach an S3 server. Null or empty means the SDK's own default.</summary>
public sealed record S3Settings
{
    /// <summary>URL or host[:port] of the server; empty for AWS. Without a scheme, https.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Region for signing; <c>us-east-1</c> where empty and an endpoint is given.</summary>
    public string? Region { get; init; }

    // Keys that come from files and Secrets often end with the file's line end, which no key has: none of the three keeps blanks around it.

    /// <summary>Access key; where null, environment, profile or workload identity are asked.</summary>
    public string? AccessKey { get; init => field = value?.Trim() is { Length: > 0 } key ? key : null; }

    /// <summary>Secret key.</summary>
    public Secret? SecretKey { get; init => field = Secret.FromOptional(value?.Reveal().Trim()); }

    /// <summary>Token of temporary credentials.</summary>
    public Secret? SessionToken { get; init => field = Secret.FromOptional(value?.Reveal().Trim()); }

    /// <summary>Bucket in the path instead of the host name; null: in the path where the endpoint has a port, as upstream does.</summary>
    public bool? PathStyle { get; init; }

    /// <summary>PEM text of the CA certificates to trust instead of the system's.</summary>
    public string? CaPem { get; init; }

    /// <summary>Server-side encryption: null, <c>AES256</c> or <c>aws:kms</c>.</summary>
    public string? ServerSideEncryption { get; init; }

    /// <summary>Key id for <c>aws:kms</c>.</summary>
    public string? KmsKeyId { get; init; }
}

/// <summary>
/// How to reach Google Cloud Storage. Where it has neither credentials nor a token, the process's own are used: those that its
/// environment names, gcloud's, or the identity that Google's metadata server gives to the machine or pod.
/// </summary>
public sealed record GcsSettings
{
    /// <summary>URL or host[:port] of the server; empty for Google. Plain http only on this machine: the access token would be seen.</summary>
    public string? Endpoint { get; init; }

    /// <summary>JSON text of credentials that need nothing else: a service account's key, or a user's as gcloud writes them.</summary>
    public Secret? Credentials { get; init; }

    /// <summary>An access token made elsewhere, without means to renew it. Credentials come before it.</summary>
    public Secret? AccessToken { get; init; }

    /// <summary>PEM text of CA certificates to trust besides the system's.</summary>
    public string? CaPem { get; init; }
}
