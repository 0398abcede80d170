using System.ComponentModel.DataAnnotations;

namespace NebulaKeep.Operator.Resources.Shared;

/// <summary>A bucket of Amazon S3 or a compatible store.</summary>
public sealed record S3Location
{
    /// <summary>The store's region.</summary>
    public string? Region { get; init; }

    /// <summary>The bucket.</summary>
    [MinLength(1)]
    public required string Bucket { get; init; }

    /// <summary>The store's URL; empty for Amazon's own of that region.</summary>
    public string? Endpoint { get; init; }

    /// <summary>A Secret in the object's namespace with the keys access_key and secret_key.</summary>
    public string? SecretName { get; init; }

    /// <summary>A Secret in the object's namespace whose key ca.crt holds the CA certificates of a store that is no public one; ours, not upstream's.</summary>
    public string? CaSecretName { get; init; }
}

/// <summary>A bucket of Google Cloud Storage.</summary>
public sealed record GcsLocation
{
    /// <summary>Where the bucket is; for people.</summary>
    public string? Location { get; init; }

    /// <summary>The bucket.</summary>
    [MinLength(1)]
    public required string Bucket { get; init; }

    /// <summary>The store's URL, where it is not Google's public one (a private endpoint, a compatible store); ours, not upstream's.</summary>
    public string? Endpoint { get; init; }

    /// <summary>A Secret in the object's namespace whose key credentials holds a service account's JSON.</summary>
    public string? SecretName { get; init; }

    /// <summary>A Secret in the object's namespace whose key ca.crt holds the CA certificates of such an endpoint; ours, not upstream's.</summary>
    public string? CaSecretName { get; init; }
}
