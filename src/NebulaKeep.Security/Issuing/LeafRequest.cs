namespace NebulaKeep.Security.Issuing;

/// <summary>What a server's or client's certificate should say.</summary>
/// <param name="CommonName">Common name of the subject.</param>
/// <param name="Usage">One side or both.</param>
/// <param name="Names">
/// Subject alternative names: DNS names, also with a leading <c>*.</c> label, and IPv4 or IPv6 addresses.
/// </param>
/// <param name="Validity">Cut to the CA's.</param>
/// <param name="Key">Kind of key; may differ from the CA's.</param>
public sealed record LeafRequest(
    string CommonName,
    CertificateUsage Usage,
    IReadOnlyList<string> Names,
    Validity Validity,
    KeyKind Key = KeyKind.EcdsaP256);
