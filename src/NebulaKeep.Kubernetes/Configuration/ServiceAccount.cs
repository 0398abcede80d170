namespace NebulaKeep.Kubernetes.Configuration;

/// <summary>What the kubelet gives every pod to reach the API server.</summary>
static class ServiceAccount
{
    public const string DefaultFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    public static bool IsPresent(Func<string, string?> environment) => !string.IsNullOrEmpty(environment("KUBERNETES_SERVICE_HOST"));

    public static async Task<KubeConfig> LoadAsync(
        Func<string, string?> environment, string folder, TimeProvider time, CancellationToken cancellation)
    {
        var host = environment("KUBERNETES_SERVICE_HOST") ?? "";
        var port = environment("KUBERNETES_SERVICE_PORT") is { Length: > 0 } text ? text : "443";
        // An IPv6 address stands in brackets in a URL.
        var address = host.Contains(':', StringComparison.Ordinal) ? $"https://[{host}]:{port}/" : $"https://{host}:{port}/";
        if (!Uri.TryCreate(address, UriKind.Absolute, out var server)) throw new KubeConfigException($"KUBERNETES_SERVICE_HOST and _PORT make no URL: {address}");
        var token = new TokenFile(Path.Combine(folder, "token"), time);
        await token.ReadAsync(fresh: true, cancellation);
        return new KubeConfig
        {
            Server = server,
            Token = token,
            CertificateAuthority = PemText.Roots(await SmallFile.ReadTextAsync(Path.Combine(folder, "ca.crt"), cancellation), "ca.crt"),
            Namespace = (await SmallFile.ReadTextAsync(Path.Combine(folder, "namespace"), cancellation)).Trim(),
        };
    }
}
