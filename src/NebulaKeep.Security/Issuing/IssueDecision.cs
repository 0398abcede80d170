using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.Security.Issuing;

/// <summary>Whether what lies in a folder will do, and if not, why.</summary>
static class IssueDecision
{
    /// <summary>Null if everything can stay; else the reason to issue anew.</summary>
    public static string? Reason(IssuedSet? existing, IssueSettings wanted, string trusted, X509Certificate2 authority, DateTimeOffset now)
    {
        if (existing is null) return "no usable certificates there";
        if (existing.Trusted != trusted) return "the CA bundle differs";
        if (!Same(PeerNames.Alternative(existing.Server), wanted.ServerNames)) return "the server's names differ";
        if (existing.Client.GetNameInfo(X509NameType.SimpleName, forIssuer: false) != wanted.ClientName) return "the client's name differs";
        if (KeyPair.KindOf(existing.Server) != wanted.Key) return "the kind of key differs";
        if (!IssuedBy(existing.Server, authority) || !IssuedBy(existing.Client, authority)) return "another CA issued them";
        return now >= Renewal.DueAt(existing.Validity) ? $"two thirds of their time are over (valid to {existing.Validity.NotAfter:u})" : null;
    }

    static bool Same(IEnumerable<string> present, IEnumerable<string> wanted) =>
        present.ToHashSet(StringComparer.Ordinal).SetEquals(wanted.Select(AlternativeName.Normalize));

    static bool IssuedBy(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        return chain.Build(certificate);
    }
}
