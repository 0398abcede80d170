using System.ComponentModel;
using System.Text.Json.Serialization;

namespace NebulaKeep.Operator.Resources.Clusters;

/// <summary>Secrets with certificates, and how they are used.</summary>
public sealed record SslCertsSpec
{
    /// <summary>The services' own certificate and key, mounted only with autoMountServerCerts.</summary>
    public string? ServerSecret { get; init; }

    /// <summary>The key of the certificate in serverSecret.</summary>
    [DefaultValue("tls.crt")]
    public string? ServerCert { get; init; }

    /// <summary>The key of the private key in serverSecret.</summary>
    [DefaultValue("tls.key")]
    public string? ServerKey { get; init; }

    /// <summary>The certificate and key of those who connect: operator, agent, br.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>The key of the certificate in clientSecret.</summary>
    [DefaultValue("tls.crt")]
    public string? ClientCert { get; init; }

    /// <summary>The key of the private key in clientSecret.</summary>
    [DefaultValue("tls.key")]
    public string? ClientKey { get; init; }

    /// <summary>The roots that both sides trust.</summary>
    public string? CaSecret { get; init; }

    /// <summary>The key of the roots in caSecret.</summary>
    [DefaultValue("ca.crt")]
    public string? CaCert { get; init; }

    /// <summary>The roots for client certificates, where they differ.</summary>
    [JsonPropertyName("clientCASecret")]
    public string? ClientCASecret { get; init; }

    /// <summary>The key of the roots in clientCASecret.</summary>
    [JsonPropertyName("clientCACert")]
    [DefaultValue("ca.crt")]
    public string? ClientCACert { get; init; }

    /// <summary>Don't verify the services' certificates. Whoever is in between can then read and change everything.</summary>
    public bool? InsecureSkipVerify { get; init; }

    /// <summary>The name that the services' certificates must carry instead of the host's; empty for the host's.</summary>
    public string? ServerName { get; init; }

    /// <summary>Mount serverSecret and caSecret into the services' pods at /usr/local/nebula/certs.</summary>
    public bool? AutoMountServerCerts { get; init; }
}
