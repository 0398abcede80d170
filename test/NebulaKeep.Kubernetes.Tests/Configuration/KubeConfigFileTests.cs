using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NebulaKeep.Kubernetes.Configuration;
using NebulaKeep.Testing;

namespace NebulaKeep.Kubernetes.Tests.Configuration;

public sealed class KubeConfigFileTests : IDisposable
{
    const string Canary = "canary-b7c1";
    readonly TemporaryFolder folder = new();
    readonly FakeTimeProvider clock = new();

    public void Dispose() => folder.Dispose();

    Task<KubeConfig> LoadAsync(string user, string cluster = "server: https://127.0.0.1:6443", string? context = null)
    {
        var text = $$"""
            apiVersion: v1
            kind: Config
            current-context: here
            contexts:
            - {name: here, context: {cluster: c, user: u, namespace: prod} }
            - {name: there, context: {cluster: d, user: u} }
            clusters:
            - name: c
              cluster: { {{cluster}} }
            - {name: d, cluster: {server: "http://[::1]:8080/prefix"} }
            users:
            - name: u
              user: { {{user}} }
            """;
        return KubeConfigFile.LoadAsync(folder.Write("config", text), context, clock, CancellationToken.None);
    }

    [Fact]
    public async Task The_current_context_decides_and_another_can_be_named()
    {
        using var here = await LoadAsync("token: abc");
        using var there = await LoadAsync("token: abc", context: "there");

        (here.Server, here.Namespace).ShouldBe((new Uri("https://127.0.0.1:6443/"), "prod"));
        (there.Server, there.Namespace).ShouldBe((new Uri("http://[::1]:8080/prefix/"), "default"));
        (await here.Token!.ReadAsync(false, CancellationToken.None)).Reveal().ShouldBe("abc");
    }

    [Fact]
    public async Task An_inline_certificate_and_the_same_in_files_are_used()
    {
        var (certificate, key) = Certificate("first");
        using var inline = await LoadAsync($"client-certificate-data: {Base64(certificate)}, client-key-data: {Base64(key)}");
        folder.Write("tls/a.crt", certificate);
        folder.Write("tls/a.key", key);
        using var files = await LoadAsync("client-certificate: tls/a.crt, client-key: tls/a.key");

        inline.ClientCertificate!.Current().Subject.ShouldBe("CN=first");
        files.ClientCertificate!.Current().Subject.ShouldBe("CN=first");
    }

    [Fact]
    public async Task Replaced_certificate_files_are_used_and_half_a_replacement_is_not()
    {
        var (certificate, key) = Certificate("first");
        var (nextCertificate, nextKey) = Certificate("second");
        var (certificateFile, keyFile) = (folder.Write("a.crt", certificate), folder.Write("a.key", key));
        using var config = await LoadAsync("client-certificate: a.crt, client-key: a.key");
        config.ClientCertificate!.Current().Subject.ShouldBe("CN=first");

        Replace(certificateFile, nextCertificate, 1);
        config.ClientCertificate.Current().Subject.ShouldBe("CN=first");
        Replace(keyFile, nextKey, 2);
        config.ClientCertificate.Current().Subject.ShouldBe("CN=second");
    }

    [Fact]
    public async Task A_token_file_is_read_again_after_a_while_and_at_once_when_asked()
    {
        var file = folder.Write("token", "one\n");
        using var config = await LoadAsync("tokenFile: token");
        async Task<string> Read(bool fresh) => (await config.Token!.ReadAsync(fresh, CancellationToken.None)).Reveal();
        (await Read(false)).ShouldBe("one");
        await File.WriteAllTextAsync(file, "two");

        (await Read(false)).ShouldBe("one");
        (await Read(true)).ShouldBe("two");
        await File.WriteAllTextAsync(file, "three");
        clock.Advance(TimeSpan.FromSeconds(11));
        (await Read(false)).ShouldBe("three");
        File.Delete(file);
        (await Read(true)).ShouldBe("three");
    }

    [Theory]
    [InlineData("exec: {command: aws}", "'exec'")]
    [InlineData("username: joe", "'username'")]
    [InlineData("client-certificate-data: YWJj", "both inline")]
    [InlineData("client-certificate-data: '***', client-key-data: YWJj", "not base64")]
    [InlineData("client-certificate: missing.crt, client-key: missing.key", "missing.crt")]
    public async Task What_cannot_be_used_is_refused_by_name(string user, string part)
    {
        (await Should.ThrowAsync<KubeConfigException>(() => LoadAsync(user))).Message.ShouldContain(part);
    }

    [Fact]
    public async Task A_broken_key_is_not_quoted()
    {
        var (certificate, _) = Certificate("x");
        var user = $"client-certificate-data: {Base64(certificate)}, client-key-data: {Base64($"-----BEGIN PRIVATE KEY-----\n{Canary}\n-----END PRIVATE KEY-----")}";

        (await Should.ThrowAsync<KubeConfigException>(() => LoadAsync(user))).ToString().ShouldNotContain(Canary);
    }

    [Theory]
    [InlineData("server: ftp://x", "ftp://x")]
    [InlineData("server: https://x, certificate-authority-data: YWJj", "no certificate")]
    [InlineData("server: https://x, certificate-authority: none.crt", "none.crt")]
    public async Task A_cluster_that_cannot_be_reached_safely_is_refused(string cluster, string part)
    {
        (await Should.ThrowAsync<KubeConfigException>(() => LoadAsync("token: x", cluster))).Message.ShouldContain(part);
    }

    [Fact]
    public async Task In_a_pod_the_service_account_is_used()
    {
        folder.Write("token", "pod-token");
        folder.Write("ca.crt", Certificate("ca").Certificate);
        folder.Write("namespace", "prod\n");
        string? Environment(string name) => name switch { "KUBERNETES_SERVICE_HOST" => "fd00::1", "KUBERNETES_SERVICE_PORT" => "6443", _ => null };

        using var config = await ServiceAccount.LoadAsync(Environment, folder.Path, clock, CancellationToken.None);

        config.Server.ShouldBe(new Uri("https://[fd00::1]:6443/"));
        config.Namespace.ShouldBe("prod");
        config.CertificateAuthority!.Count.ShouldBe(1);
        (await config.Token!.ReadAsync(false, CancellationToken.None)).Reveal().ShouldBe("pod-token");
    }

    [Fact]
    public async Task Several_files_in_KUBECONFIG_are_refused_rather_than_half_read()
    {
        var error = await Should.ThrowAsync<KubeConfigException>(() => KubeConfig.LoadAsync(null, _ => "/a:/b", clock, CancellationToken.None));

        error.Message.ShouldContain("2 files");
    }

    static void Replace(string file, string content, int later)
    {
        File.WriteAllText(file, content);
        File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddSeconds(later));
    }

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    static (string Certificate, string Key) Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
