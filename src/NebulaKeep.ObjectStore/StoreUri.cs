using NebulaKeep.Core;

namespace NebulaKeep.ObjectStore;

/// <summary>Which kind of store a URI names.</summary>
public enum StoreKind
{
    /// <summary>A folder of this machine or a mount: <c>local:///path</c>.</summary>
    Local,

    /// <summary>S3 or compatible: <c>s3://bucket/prefix</c>.</summary>
    S3,

    /// <summary>Google Cloud Storage: <c>gs://bucket/prefix</c>.</summary>
    Gcs,
}

/// <summary>
/// The root of a store as users write it, in upstream's syntax (spec/agent.md §5.1): <c>local://</c> and an absolute path,
/// <c>s3://bucket[/prefix]</c> or <c>gs://bucket[/prefix]</c>. Trailing slashes are dropped.
/// </summary>
/// <param name="Kind">The scheme.</param>
/// <param name="Bucket">Bucket name; empty for local stores.</param>
/// <param name="Path">Absolute path for local stores; prefix without slashes at its ends for others, may be empty.</param>
public sealed record StoreUri(StoreKind Kind, string Bucket, string Path)
{
    /// <summary>Parses a URI.</summary>
    /// <exception cref="FormatException">Unknown scheme, missing bucket, credentials, or a relative local path.</exception>
    public static StoreUri Parse(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.StartsWith("local://", StringComparison.Ordinal)) return ParseLocal(trimmed["local://".Length..], text);
        if (trimmed.StartsWith("s3://", StringComparison.Ordinal)) return ParseBucket(StoreKind.S3, trimmed["s3://".Length..], text);
        if (trimmed.StartsWith("gs://", StringComparison.Ordinal)) return ParseBucket(StoreKind.Gcs, trimmed["gs://".Length..], text);
        if (text.Contains('@')) throw Credentials();
        throw new FormatException($"'{text}' is not a store: write local:///absolute/path, s3://bucket/prefix or gs://bucket/prefix");
    }

    /// <summary>The URI in its normal form.</summary>
    public override string ToString() => Kind switch
    {
        StoreKind.Local => $"local://{Path}",
        StoreKind.S3 => Path.Length == 0 ? $"s3://{Bucket}" : $"s3://{Bucket}/{Path}",
        _ => Path.Length == 0 ? $"gs://{Bucket}" : $"gs://{Bucket}/{Path}",
    };

    static StoreUri ParseLocal(string path, string text)
    {
        if (!path.StartsWith('/')) throw new FormatException($"'{text}' has no absolute path: write local:///absolute/path");
        if (path.Split('/').Contains("..")) throw new FormatException($"'{text}' holds '..': write the folder's plain path");
        var end = path.TrimEnd('/');
        return new StoreUri(StoreKind.Local, "", end.Length == 0 ? "/" : end);
    }

    static StoreUri ParseBucket(StoreKind kind, string rest, string text)
    {
        var slash = rest.IndexOf('/');
        var bucket = slash < 0 ? rest : rest[..slash];
        // Bucket names hold neither; a key with its secret does, and a secret may hold a slash.
        if (bucket.AsSpan().ContainsAny(':', '@')) throw Credentials();
        if (bucket.Length == 0) throw new FormatException($"'{text}' names no bucket");
        var prefix = slash < 0 ? "" : rest[(slash + 1)..].Trim('/');
        if (prefix.Length > 0) ObjectKey.Validate(prefix);
        return new StoreUri(kind, bucket, prefix);
    }

    // What was written is not shown: it would stand in messages and logs.
    static FormatException Credentials() =>
        new("the address of a store holds ':' or '@' where a bucket is expected: credentials do not belong there; give them by the environment, a file or flags, and write s3://bucket/prefix");
}
