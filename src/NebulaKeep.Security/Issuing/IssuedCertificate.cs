using NebulaKeep.Core;

namespace NebulaKeep.Security.Issuing;

/// <summary>A new certificate as PEM.</summary>
/// <param name="CertificatePem">The certificate, then the issuing intermediates, if any; the root is not among them.</param>
/// <param name="KeyPem">Unencrypted PKCS#8 key.</param>
public sealed record IssuedCertificate(string CertificatePem, Secret KeyPem);
