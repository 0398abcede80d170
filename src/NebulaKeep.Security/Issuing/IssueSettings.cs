namespace NebulaKeep.Security.Issuing;

/// <summary>What a folder of certificates should hold.</summary>
public sealed record IssueSettings
{
    /// <summary>Folder for root.crt, ca.crt, server.crt, server.key, client.crt and client.key: the names of upstream's image.</summary>
    public required string OutFolder { get; init; }

    /// <summary>Folder that keeps ca.crt and ca.key; the CA is made there once.</summary>
    public string? CaFolder { get; init; }

    /// <summary>Certificate of an existing CA, instead of <see cref="CaFolder"/>.</summary>
    public string? CaCertPath { get; init; }

    /// <summary>Key of <see cref="CaCertPath"/>.</summary>
    public string? CaKeyPath { get; init; }

    /// <summary>
    /// How long the certificates of a CA that was replaced go on, while all peers learn to trust the new one. Zero forgets the old CA at once.
    /// </summary>
    public TimeSpan Overlap { get; init; }

    /// <summary>More CA certificates to trust, while a CA is being replaced.</summary>
    public IReadOnlyList<string> AlsoTrust { get; init; } = [];

    /// <summary>A file with more CA certificates that need not be there: what a Secret may have besides the CA's own two files.</summary>
    public string? Bundle { get; init; }

    /// <summary>Names and addresses of the server's certificate; the first is its common name.</summary>
    public required IReadOnlyList<string> ServerNames { get; init; }

    /// <summary>
    /// Whether a server's certificate keeps what names it has beside <see cref="ServerNames"/>: those of a Service, say, that its first one was
    /// given and that a sidecar does not know.
    /// </summary>
    public bool KeepNames { get; init; }

    /// <summary>Common name of the client's certificate; also its alternative name if it can be one.</summary>
    public string ClientName { get; init; } = "nebula-client";

    /// <summary>How long certificates are good.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long a newly made CA is good.</summary>
    public TimeSpan CaLifetime { get; init; } = TimeSpan.FromDays(3650);

    /// <summary>Kind of all new keys.</summary>
    public KeyKind Key { get; init; } = KeyKind.EcdsaP256;
}
