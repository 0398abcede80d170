using System.Security.Cryptography.X509Certificates;
using NebulaKeep.Security.Issuing;

namespace NebulaKeep.Security;

/// <summary>A side's own certificate in words, with the verdict that a peer with the same CA would give.</summary>
/// <param name="Subject">Whose it is.</param>
/// <param name="Issuer">Who signed it.</param>
/// <param name="Names">Common name, DNS names and addresses.</param>
/// <param name="Validity">When it is good.</param>
/// <param name="Problem">Null if it is good now.</param>
public sealed record CertificateReport(string Subject, string Issuer, IReadOnlyList<string> Names, Validity Validity, string? Problem)
{
    /// <summary>Looks at the own certificate of a set.</summary>
    /// <exception cref="ArgumentException">The set has none.</exception>
    public static CertificateReport Of(CertificateSet set, DateTimeOffset now)
    {
        var leaf = set.Leaf ?? throw new ArgumentException("The set has no certificate of its own.", nameof(set));
        return new CertificateReport(leaf.Subject, leaf.Issuer, PeerNames.Of(leaf), Validity.Of(leaf), Verdict(set, leaf, now));
    }

    static string? Verdict(CertificateSet set, X509Certificate2 leaf, DateTimeOffset now)
    {
        using var chain = new X509Chain { ChainPolicy = set.PolicyFor(extendedKeyUsage: null, now) };
        chain.ChainPolicy.ExtraStore.AddRange(set.Chain);
        if (chain.Build(leaf)) return null;
        var (problem, culprit) = ChainProblem.Find(leaf, chain, now);
        return $"{culprit.Subject} {ChainProblem.Advice(problem, culprit, chain)}";
    }
}
