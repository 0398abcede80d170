using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Yaml;

namespace NebulaKeep.Kubernetes.Configuration;

/// <summary>
/// A kubeconfig file, as kubectl uses it. Supported users: client certificate and key (inline or files), token, token file. Programs
/// that make tokens (<c>exec</c>, <c>auth-provider</c>) and passwords are refused by name.
/// </summary>
public sealed class KubeConfigFile
{
    readonly string folder;
    readonly string file;
    readonly JsonObject root;

    KubeConfigFile(string file, JsonObject root) =>
        (this.file, this.root, folder) = (file, root, Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/");

    /// <summary>Reads a file and takes a context of it (null: the current one).</summary>
    /// <exception cref="KubeConfigException">It cannot be read, or names what is not supported.</exception>
    public static async Task<KubeConfig> LoadAsync(string file, string? context, TimeProvider time, CancellationToken cancellation)
    {
        var text = await SmallFile.ReadTextAsync(file, cancellation);
        JsonNode? document;
        try
        {
            document = YamlReader.ReadAll(text) is [var first, ..] ? first : null;
        }
        catch (NebulaKeepException error)
        {
            throw new KubeConfigException($"{file} is not valid YAML", error);
        }
        if (document is not JsonObject root) throw new KubeConfigException($"{file} is not a kubeconfig file");
        return await new KubeConfigFile(file, root).ResolveAsync(context ?? root.Text("current-context"), time, cancellation);
    }

    async Task<KubeConfig> ResolveAsync(string? contextName, TimeProvider time, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(contextName)) throw new KubeConfigException($"{file} has no current-context");
        var context = Named("contexts", contextName, "context");
        var cluster = Named("clusters", context.Text("cluster"), "cluster");
        var user = Named("users", context.Text("user"), "user");
        RefuseUnsupported(user);
        return new KubeConfig
        {
            Server = Server(cluster),
            Namespace = context.Text("namespace") is { Length: > 0 } name ? name : "default",
            CertificateAuthority = await RootsAsync(cluster, cancellation),
            ClientCertificate = Certificate(user),
            Token = Token(user, time),
            TlsServerName = cluster.Text("tls-server-name"),
            InsecureSkipTlsVerify = cluster["insecure-skip-tls-verify"]?.GetValueKind() is JsonValueKind.True,
        };
    }

    JsonObject Named(string list, string? name, string content) =>
        root.Items(list).FirstOrDefault(item => item.Text("name") == name)?[content] as JsonObject
        ?? throw new KubeConfigException($"{file} has no {content} named '{name}'");

    void RefuseUnsupported(JsonObject user)
    {
        foreach (var way in (string[])["exec", "auth-provider", "username", "as", "impersonate-user"])
            if (user.ContainsKey(way))
                throw new KubeConfigException($"{file}: a user by '{way}' is not supported; use a client certificate, a token or a token file");
    }

    Uri Server(JsonObject cluster)
    {
        var text = cluster.Text("server") ?? "";
        if (!Uri.TryCreate(text.TrimEnd('/') + '/', UriKind.Absolute, out var server) || server.Scheme is not ("https" or "http"))
            throw new KubeConfigException($"{file}: the server '{text}' is not an http(s) URL");
        return server;
    }

    async Task<X509Certificate2Collection?> RootsAsync(JsonObject cluster, CancellationToken cancellation)
    {
        if (Data(cluster, "certificate-authority-data") is { } pem) return PemText.Roots(pem, file);
        if (Located(cluster, "certificate-authority") is not { } path) return null;
        return PemText.Roots(await SmallFile.ReadTextAsync(path, cancellation), path);
    }

    IClientCertificateSource? Certificate(JsonObject user)
    {
        if (Data(user, "client-certificate-data") is { } certificate && Data(user, "client-key-data") is { } key)
            return new FixedCertificate(PemText.Pair(certificate, key, file));
        if (Located(user, "client-certificate") is { } certificateFile && Located(user, "client-key") is { } keyFile)
            return new CertificateFiles(certificateFile, keyFile);
        if (user.Any(property => property.Key.StartsWith("client-", StringComparison.Ordinal)))
            throw new KubeConfigException($"{file}: give the client certificate and its key either both inline (…-data) or both as files");
        return null;
    }

    ITokenSource? Token(JsonObject user, TimeProvider time)
    {
        // As in kubectl, the file wins: it is the one that is renewed.
        if (Located(user, "tokenFile") is { } path) return new TokenFile(path, time);
        return Secret.FromOptional(user.Text("token")) is { } token ? new FixedToken(token) : null;
    }

    string? Data(JsonObject item, string name)
    {
        if (item.Text(name) is not { Length: > 0 } text) return null;
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException error)
        {
            throw new KubeConfigException($"{file}: {name} is not base64", error);
        }
    }

    /// <summary>Relative paths start at the kubeconfig file's folder.</summary>
    string? Located(JsonObject item, string name) => item.Text(name) is { Length: > 0 } path ? Path.Combine(folder, path) : null;
}
