namespace NebulaKeep.Security.Issuing;

/// <summary>Sides of a connection that a certificate is made for (extended key usage).</summary>
[Flags]
public enum CertificateUsage
{
    /// <summary>Neither; no such certificate is issued.</summary>
    None = 0,

    /// <summary>serverAuth.</summary>
    Server = 1,

    /// <summary>clientAuth.</summary>
    Client = 2,
}
