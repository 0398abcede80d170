using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.Security;

/// <summary>From the status flags of a chain to the one problem worth telling, and the certificate it is about.</summary>
static class ChainProblem
{
    const X509ChainStatusFlags Untrusted = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot
        | X509ChainStatusFlags.NotSignatureValid | X509ChainStatusFlags.Cyclic;

    public static (TlsProblem Problem, X509Certificate2 Culprit) Find(X509Certificate2 leaf, X509Chain? chain, DateTimeOffset now)
    {
        var flags = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status) ?? X509ChainStatusFlags.NoError;
        if ((flags & Untrusted) != X509ChainStatusFlags.NoError) return (TlsProblem.UntrustedCa, leaf);
        if (flags.HasFlag(X509ChainStatusFlags.NotTimeValid)) return OutOfTime(leaf, chain!, now);
        return (flags.HasFlag(X509ChainStatusFlags.NotValidForUsage) ? TlsProblem.WrongUsage : TlsProblem.Other, leaf);
    }

    public static string Advice(TlsProblem problem, X509Certificate2 culprit, X509Chain? chain) => problem switch
    {
        TlsProblem.UntrustedCa => "does not chain to the trusted CA; compare the CA files of both sides",
        TlsProblem.Expired => $"expired at {culprit.NotAfter.ToUniversalTime():u}; issue a new one",
        TlsProblem.NotYetValid => $"is valid only from {culprit.NotBefore.ToUniversalTime():u}; compare the clocks of both machines",
        TlsProblem.WrongUsage => "lacks the extended key usage for this side (serverAuth or clientAuth)",
        _ => "is not accepted: " + string.Join(", ", chain?.ChainStatus.Select(status => status.Status) ?? []),
    };

    static (TlsProblem Problem, X509Certificate2 Culprit) OutOfTime(X509Certificate2 leaf, X509Chain chain, DateTimeOffset now)
    {
        var certificates = chain.ChainElements.Select(element => element.Certificate).ToList();
        if (certificates.Find(c => c.NotAfter.ToUniversalTime() < now.UtcDateTime) is { } expired) return (TlsProblem.Expired, expired);
        return (TlsProblem.NotYetValid, certificates.Find(c => c.NotBefore.ToUniversalTime() > now.UtcDateTime) ?? leaf);
    }
}
