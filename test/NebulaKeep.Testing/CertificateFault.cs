namespace NebulaKeep.Testing;

/// <summary>What is wrong with a certificate that <see cref="TestPki"/> makes.</summary>
public enum CertificateFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Nothing, but issued by an intermediate that the file brings along.</summary>
    Intermediate,

    /// <summary>Issued by a CA that nobody trusts.</summary>
    WrongCa,

    /// <summary>Its time ended an hour ago.</summary>
    Expired,

    /// <summary>Its time begins in an hour.</summary>
    NotYetValid,

    /// <summary>Made for <c>elsewhere.invalid</c>.</summary>
    WrongName,

    /// <summary>A server certificate for a client, and the other way round.</summary>
    WrongUsage,

    /// <summary>No certificate at all; for clients.</summary>
    Missing,
}
