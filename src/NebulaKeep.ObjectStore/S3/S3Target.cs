using NebulaKeep.ObjectStore.Network;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>Where the objects lie: bucket, prefix and server, for requests and for messages.</summary>
sealed class S3Target(StoreUri uri, S3Settings settings)
{
    public string Bucket => uri.Bucket;

    public KeyRoot Keys { get; } = new(uri.Path);

    public string Location { get; } = uri.ToString();

    /// <summary>URL of the server, or null for AWS by region.</summary>
    public string? Endpoint { get; } = StoreEndpoint.UrlOf(settings.Endpoint, "S3");

    public string Server => Endpoint ?? $"AWS ({settings.Region ?? "default region"})";

    /// <summary>Upstream's rule: the bucket is in the path where the endpoint has a port (spec/agent.md §5.2).</summary>
    public bool PathStyle => settings.PathStyle ?? (Endpoint is { } url && url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..].Contains(':'));

    /// <summary>Takes what the server may have repeated of our secrets out of a text for messages.</summary>
    public string Redact(string text)
    {
        foreach (var secret in new[] { settings.SecretKey, settings.SessionToken })
        {
            if (secret is not null) text = text.Replace(secret.Reveal(), "***", StringComparison.Ordinal);
        }

        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= 200 ? line : line[..200] + "…";
    }
}
