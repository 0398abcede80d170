using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.Security;

/// <summary>Which clients of the CA a server lets in: by common name, DNS name or address in the certificate.</summary>
public sealed class ClientNamePolicy
{
    readonly IReadOnlyList<string>? allowed;

    ClientNamePolicy(IReadOnlyList<string>? allowed) => this.allowed = allowed;

    /// <summary>Any client certificate of the CA.</summary>
    public static ClientNamePolicy Any { get; } = new(null);

    /// <summary>
    /// Only certificates that carry one of these names; <c>*.example</c> stands for exactly one further label. Case does not
    /// matter. An empty list lets nobody in.
    /// </summary>
    public static ClientNamePolicy Only(IEnumerable<string> names) => new([.. names]);

    /// <summary>True if the (already verified) certificate may come in.</summary>
    public bool Allows(X509Certificate2 certificate) =>
        allowed is null || PeerNames.Of(certificate).Any(name => allowed.Any(pattern => Matches(pattern, name)));

    static bool Matches(string pattern, string name)
    {
        if (!pattern.StartsWith("*.", StringComparison.Ordinal)) return string.Equals(pattern, name, StringComparison.OrdinalIgnoreCase);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && name.AsSpan(dot).Equals(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase);
    }
}
