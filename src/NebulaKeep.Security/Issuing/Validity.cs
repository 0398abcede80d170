using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.Security.Issuing;

/// <summary>The time in which a certificate is good.</summary>
/// <param name="NotBefore">First moment.</param>
/// <param name="NotAfter">Last moment.</param>
public readonly record struct Validity(DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    static readonly TimeSpan BackDated = TimeSpan.FromMinutes(5);

    /// <summary>From five minutes ago, so that a peer whose clock is a little slow accepts it, to <paramref name="lifetime"/> from now.</summary>
    public static Validity From(DateTimeOffset now, TimeSpan lifetime) => new(now - BackDated, now + lifetime);

    internal static Validity Of(X509Certificate2 certificate) =>
        new(new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));

    /// <summary>Not longer than an issuer is good.</summary>
    internal Validity Within(Validity issuer) =>
        new(NotBefore < issuer.NotBefore ? issuer.NotBefore : NotBefore, NotAfter > issuer.NotAfter ? issuer.NotAfter : NotAfter);
}
