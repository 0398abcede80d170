namespace NebulaKeep.Security.Issuing;

/// <summary>Kind and size of a key pair.</summary>
public enum KeyKind
{
    /// <summary>ECDSA on P-256: small and fast, the default.</summary>
    EcdsaP256,

    /// <summary>RSA with 3072 bits, as most certificates of real NebulaGraph clusters have it.</summary>
    Rsa3072,
}
