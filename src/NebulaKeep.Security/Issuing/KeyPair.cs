using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NebulaKeep.Core;

namespace NebulaKeep.Security.Issuing;

/// <summary>A key pair that can ask for certificates and sign them.</summary>
sealed class KeyPair : IDisposable
{
    readonly AsymmetricAlgorithm algorithm;

    KeyPair(AsymmetricAlgorithm algorithm) => this.algorithm = algorithm;

    public bool IsRsa => algorithm is RSA;

    public static KeyPair Generate(KeyKind kind) =>
        new(kind == KeyKind.Rsa3072 ? RSA.Create(3072) : ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>A copy of the private key of a certificate.</summary>
    public static KeyPair Of(X509Certificate2 certificate) =>
        new((AsymmetricAlgorithm?)certificate.GetRSAPrivateKey() ?? certificate.GetECDsaPrivateKey()
            ?? throw new ArgumentException("The certificate has no RSA or ECDSA key.", nameof(certificate)));

    public static KeyKind KindOf(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        return rsa is null ? KeyKind.EcdsaP256 : KeyKind.Rsa3072;
    }

    public CertificateRequest Request(X500DistinguishedName subject) => algorithm switch
    {
        RSA rsa => new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        ECDsa ecdsa => new CertificateRequest(subject, ecdsa, HashAlgorithmName.SHA256),
        _ => throw new InvalidOperationException("Only RSA and ECDSA keys are made."),
    };

    public X509SignatureGenerator Signer() => algorithm switch
    {
        RSA rsa => X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1),
        ECDsa ecdsa => X509SignatureGenerator.CreateForECDsa(ecdsa),
        _ => throw new InvalidOperationException("Only RSA and ECDSA keys are made."),
    };

    public X509Certificate2 JoinTo(X509Certificate2 certificate) => algorithm switch
    {
        RSA rsa => certificate.CopyWithPrivateKey(rsa),
        ECDsa ecdsa => certificate.CopyWithPrivateKey(ecdsa),
        _ => throw new InvalidOperationException("Only RSA and ECDSA keys are made."),
    };

    public Secret ToPem() => new(algorithm.ExportPkcs8PrivateKeyPem() + "\n");

    public void Dispose() => algorithm.Dispose();
}
