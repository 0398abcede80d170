using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NebulaKeep.Core;

namespace NebulaKeep.ObjectStore.Network;

/// <summary>Certificates of CAs that users give for a server.</summary>
static class TrustedRoots
{
    /// <summary>Trusts these CAs instead of the system's.</summary>
    /// <exception cref="NebulaKeepException">The text holds no certificate.</exception>
    public static X509ChainPolicy PolicyOf(string caPem, string service)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPem(caPem);
        }
        catch (CryptographicException error)
        {
            throw new NebulaKeepException($"The CA file for the {service} server cannot be read: it must hold certificates in PEM form.", error);
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw new NebulaKeepException($"The CA file for the {service} server holds no certificate in PEM form.");
    }

    /// <summary>Trusts these CAs besides the system's.</summary>
    /// <exception cref="NebulaKeepException">The text holds no certificate.</exception>
    public static X509ChainPolicy PolicyBesidesSystem(string caPem, string service)
    {
        var policy = PolicyOf(caPem, service);
        using var system = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
        system.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
        policy.CustomTrustStore.AddRange(system.Certificates);
        return policy;
    }
}
