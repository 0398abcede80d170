namespace NebulaKeep.Kubernetes.Client;

/// <summary>Limits of a client; the defaults suit a controller.</summary>
public sealed record KubeClientOptions
{
    /// <summary>Sent with each request, for the API server's audit log.</summary>
    public string UserAgent { get; init; } = "nebulakeep";

    /// <summary>How long a request other than a watch or a log stream may take.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the API server is asked to keep one watch open. Nothing arriving for this time and <see cref="WatchGrace"/> means that
    /// the connection is dead, whatever TCP thinks.
    /// </summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What is allowed on top of <see cref="WatchTimeout"/> before a silent watch counts as stalled.</summary>
    public TimeSpan WatchGrace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A silent HTTP/2 connection is pinged this often, and dropped when the answer takes as long.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Objects asked for at once when listing.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>The largest single object or page accepted, in bytes. etcd refuses objects above 1.5 MiB.</summary>
    public int MaxBodyBytes { get; init; } = 128 << 20;

    /// <summary>The largest single watch event accepted, in bytes.</summary>
    public int MaxEventBytes { get; init; } = 8 << 20;

    /// <summary>The most objects that a list may have.</summary>
    public int MaxListItems { get; init; } = 200_000;
}
