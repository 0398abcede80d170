using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.Kubernetes.Configuration;

/// <summary>Where the API server is and who we are to it. Read from a pod's service account or from a kubeconfig file.</summary>
public sealed record KubeConfig : IDisposable
{
    /// <summary>The API server, ending in a slash.</summary>
    public required Uri Server { get; init; }

    /// <summary>The namespace that is meant when none is named.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>The only roots that the API server's certificate may chain to; null for the machine's own.</summary>
    public X509Certificate2Collection? CertificateAuthority { get; init; }

    /// <summary>Our certificate, if we show one.</summary>
    public IClientCertificateSource? ClientCertificate { get; init; }

    /// <summary>Our bearer token, if we send one.</summary>
    public ITokenSource? Token { get; init; }

    /// <summary>The name that the API server's certificate must carry instead of the server's host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Accept any server certificate: the kubeconfig's owner asked for it. Whoever is in between then learns our token.</summary>
    public bool InsecureSkipTlsVerify { get; init; }

    /// <summary>
    /// The configuration of this process: an explicit file, else the file that <c>KUBECONFIG</c> names, else the pod's service account,
    /// else <c>~/.kube/config</c>.
    /// </summary>
    /// <param name="file">A kubeconfig file, or null.</param>
    /// <param name="environment">Looks an environment variable up.</param>
    /// <param name="time">Tells when a token file is to be read again.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="KubeConfigException">There is none, or it cannot be used.</exception>
    public static async Task<KubeConfig> LoadAsync(
        string? file, Func<string, string?> environment, TimeProvider time, CancellationToken cancellation)
    {
        if (file is null && environment("KUBECONFIG") is { Length: > 0 } named) file = Single(named);
        if (file is not null) return await KubeConfigFile.LoadAsync(file, context: null, time, cancellation);
        if (ServiceAccount.IsPresent(environment)) return await ServiceAccount.LoadAsync(environment, ServiceAccount.DefaultFolder, time, cancellation);
        var home = Path.Combine(environment("HOME") ?? "/", ".kube", "config");
        return await KubeConfigFile.LoadAsync(home, context: null, time, cancellation);
    }

    static string Single(string list)
    {
        var files = list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return files.Length == 1 ? files[0] : throw new KubeConfigException($"KUBECONFIG names {files.Length} files; merging them is not supported, name one");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var root in CertificateAuthority ?? []) root.Dispose();
        ClientCertificate?.Dispose();
    }
}
