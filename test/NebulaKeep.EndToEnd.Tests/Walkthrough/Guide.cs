using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using NebulaKeep.Core;
using NebulaKeep.EndToEnd.Tests.Harness;
using NebulaKeep.Nebula.Graph;
using NebulaKeep.Security;
using NebulaKeep.Security.Issuing;
using NebulaKeep.Testing;
using NebulaKeep.Testing.Kubernetes;
using NebulaKeep.Testing.Stores;
using NebulaKeep.Testing.Stores.Gcs;
using NebulaKeep.Thrift.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace NebulaKeep.EndToEnd.Tests.Walkthrough;

/// <summary>
/// Where the guide is walked: a fresh Kubernetes node, the project's images in a registry with a password, a Ceph store behind TLS of a private
/// CA, an emulator of Google Cloud Storage, and the folder in which the guide's commands run.
/// </summary>
public sealed class Guide : IAsyncLifetime
{
    internal const string Bucket = "nebula-test";
    internal const string GcsBucket = "nebula-gs";
    internal const string Graphd = "nebula-graphd-svc.default.svc.cluster.local";
    const string Registry = "reg.vesoft-inc.com";
    const string Version = "v3.7.0";
    readonly TemporaryFolder folder = new();
    readonly GuidePage page = GuidePage.Read("backup-with-mtls.md");
    readonly HashSet<int> walked = [];
    ControlPlane? kubernetes;
    CephServer? ceph;
    GcsEmulator? gcs;

    internal CephServer Ceph => ceph!;

    internal GcsEmulator Gcs => gcs!;

    internal ControlPlane Kubernetes => kubernetes!;

    internal string Folder => folder.Path;

    /// <summary>Every row of the guide's cluster when its first backup was made.</summary>
    internal string Digest { get; set; } = "";

    /// <summary>Sections of the page that no test has walked.</summary>
    internal IReadOnlyCollection<int> NotWalked => [.. page.Sections.Except(walked)];

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var images = RunAsync(RepositoryRoot.Join("deploy", "images", "build"), TimeSpan.FromMinutes(15), "--out", folder.File("images"), "nebula-operator", "br-ent", "nebula-agent", "nebula-dev");
        kubernetes = await ControlPlane.StartAsync(Cancelled, withNode: true);
        var node = kubernetes.Values["NODE_ADDRESS"];
        ceph = await CephServer.StartAsync(Cancelled, node);
        await StartGcsAsync(node);
        await ceph.CreateBucketAsync(Bucket);
        (await images).ShouldSucceed();
        await PushAsync("nebula-operator", "docker.io/nebulakeep/nebula-operator:0.1.0");
        foreach (var name in new[] { "br-ent", "nebula-agent" }) await PushAsync(name, $"{Registry}/cloud-dev/{name}:{Version}");
        foreach (var role in new[] { "metad", "storaged", "graphd" }) await PushAsync("nebula-dev", $"docker.io/vesoft/nebula-{role}:v3.8.0");
        WriteFiles();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (kubernetes is not null) await kubernetes.DisposeAsync();
        if (ceph is not null) await ceph.DisposeAsync();
        if (gcs is not null) await gcs.DisposeAsync();
        folder.Dispose();
    }

    internal string File(string name) => folder.File(name);

    internal void Write(string name, string content) => folder.Write(name, content);

    /// <summary>A client certificate of the cluster's own CA whose time is over.</summary>
    internal void IssueExpired(string name)
    {
        using var authority = CertificateAuthority.Load(File("ca/ca.crt"), File("ca/ca.key"));
        var yesterday = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        var expired = authority.Issue(new LeafRequest("nebula-client", CertificateUsage.Client, [], new Validity(authority.Validity.NotBefore, yesterday), KeyKind.EcdsaP256));
        folder.Write($"{name}/client.crt", expired.CertificatePem);
        folder.Write($"{name}/client.key", expired.KeyPem.Reveal());
    }

    /// <summary>Another cluster's backup in the same bucket.</summary>
    /// <returns>Its name.</returns>
    internal Task<string> BackUpElsewhereAsync(LocalCluster other) => other.BackupAsync($"s3://{Bucket}", S3Flags());

    /// <summary>Removes it again.</summary>
    internal async Task CleanUpElsewhereAsync(LocalCluster other, string name) => (await other.CleanUpAsync(name, $"s3://{Bucket}", [.. S3Flags(), "--force"])).ShouldSucceed();

    string[] S3Flags() => ["--s3.endpoint", Ceph.TlsEndpoint, "--s3.region", "default", "--s3.ca", File("s3-ca.crt"), "--s3.access_key", Ceph.AccessKey, "--s3.secret_key", Ceph.SecretKey.Reveal()];

    internal Task PushAsync(string archive, string name, string? inFolder = null) =>
        Kubernetes.ScriptAsync("push.sh", Cancelled, Path.Combine(inFolder ?? folder.File("images"), $"{archive}.tar"), name);

    /// <summary>Runs commands of a section as they stand in the page.</summary>
    /// <returns>What they printed.</returns>
    internal async Task<string> WalkAsync(int section, int? block = null)
    {
        walked.Add(section);
        var commands = page.Commands(section);
        return await ShellAsync(block is { } one ? commands[one] : string.Concat(commands));
    }

    /// <summary>Runs commands with the guide's variables, in its folder; they must succeed.</summary>
    internal async Task<string> ShellAsync(string commands)
    {
        using var shell = RunningProgram.Start("/bin/bash", ["-euo", "pipefail", "-c", commands], Variables(), folder.Path);
        var end = await shell.WaitAsync(TimeSpan.FromMinutes(10));
        if (end.ExitCode == 0) return end.Output;
        var seen = await ExplainAsync();
        throw new InvalidOperationException($"{commands}\nended with {end.ExitCode}:\n{end.All}\n{seen}");
    }

    /// <summary>Runs kubectl; it must succeed.</summary>
    internal async Task<string> KubectlAsync(params string[] arguments) => await KubectlAsync(null, arguments);

    /// <summary>Runs kubectl with an input; it must succeed.</summary>
    internal async Task<string> KubectlAsync(string? input, string[] arguments)
    {
        var (code, output, error) = await Kubernetes.KubectlAsync(arguments, Cancelled, input);
        return code == 0 ? output : throw new InvalidOperationException($"kubectl {string.Join(' ', arguments)}: {error}");
    }

    /// <summary>Waits for what kubectl shows; asks once a second.</summary>
    internal static Task UntilAsync(Func<Task<bool>> condition, string because, int minutes) =>
        Eventually.TrueAsync(condition, because, TimeSpan.FromMinutes(minutes), TimeSpan.FromSeconds(1));

    /// <summary>An object, null where there is none.</summary>
    internal async Task<JsonNode?> GetAsync(string kind, string name, string @namespace = "default")
    {
        var (code, output, error) = await Kubernetes.KubectlAsync(["get", kind, name, "-n", @namespace, "-o", "json"], Cancelled);
        if (code == 0) return JsonNode.Parse(output);
        return error.Contains("NotFound", StringComparison.Ordinal) ? null : throw new InvalidOperationException(error);
    }

    /// <summary>nGQL from a pod of the cluster's own network.</summary>
    internal Task<string> NgqlAsync(params string[] statements) => KubectlAsync(
        ["exec", "client", "--", "nebula-dev", "ngql", "--graphd", $"{Graphd}:9669", .. statements.SelectMany(statement => new[] { "-e", statement })]);

    /// <summary>A line for each space, with a checksum of all its rows.</summary>
    internal Task<string> DigestAsync(string cluster) => KubectlAsync("exec", "client", "--", "nebula-dev", "digest", "--metad", $"{cluster}-metad-0.{cluster}-metad-headless.default.svc.cluster.local:9559");

    /// <summary>A session at the graphds' Service, from this process, which does not know the cluster's names.</summary>
    internal async Task<GraphClient> ConnectAsync(CancellationToken cancellationToken)
    {
        var address = await KubectlAsync("get", "service", "nebula-graphd-svc", "-o", "jsonpath={.spec.clusterIP}");
        var files = new TlsFiles(File("certs/root.crt"), File("certs/client.crt"), File("certs/client.key"), ServerName: Graphd);
        var tls = ClientTls.Open(files, new ClientTlsSettings(), TimeProvider.System, NullLogger.Instance);
        return await GraphClient.ConnectAsync(new HostAddress(address, 9669), "root", new Secret("nebula"), new ThriftClientOptions { Tls = tls }, cancellationToken);
    }

    Dictionary<string, string> Variables() => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["KUBECONFIG"] = Kubernetes.KubeConfigPath,
        ["NEBULAKEEP"] = RepositoryRoot.Path,
        ["PATH"] = $"{Path.GetDirectoryName(Programs.Certs)}:{Environment.GetEnvironmentVariable("PATH")}",
        ["REGISTRY_USER"] = Kubernetes.Values["REGISTRY_USER"],
        ["REGISTRY_PASSWORD"] = Password,
        ["S3_REGION"] = "default",
        ["S3_BUCKET"] = Bucket,
        ["S3_ENDPOINT"] = Ceph.TlsEndpoint,
        ["GCS_BUCKET"] = GcsBucket,
        ["GCS_ENDPOINT"] = Gcs.Endpoint,
    };

    string Password => System.IO.File.ReadAllText(Kubernetes.Values["REGISTRY_PASSWORD_FILE"]).Trim();

    void WriteFiles()
    {
        var login = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{Kubernetes.Values["REGISTRY_USER"]}:{Password}"));
        JsonObject Login() => new() { ["auth"] = login };
        folder.Write("config.json", new JsonObject { ["auths"] = new JsonObject { [Registry] = Login(), ["https://index.docker.io/v1/"] = Login() } }.ToJsonString());
        folder.Write("access_key", Ceph.AccessKey + "\n");
        folder.Write("secret_key", Ceph.SecretKey.Reveal() + "\n");
        folder.Write("s3-ca.crt", Ceph.CaPem);
        folder.Write("credentials", Gcs.ServiceAccountJson);
    }

    async Task StartGcsAsync(string address)
    {
        using var authority = CertificateAuthority.Create("Google emulator", Validity.From(TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1)));
        var issued = authority.Issue(new LeafRequest(address, CertificateUsage.Server, [address], Validity.From(TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1)), KeyKind.EcdsaP256));
        folder.Write("gcs-ca.crt", authority.CertificatePem);
        var certificate = X509Certificate2.CreateFromPem(issued.CertificatePem, issued.KeyPem.Reveal());
        gcs = await GcsEmulator.StartAsync(X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null), IPAddress.Parse(address));
        gcs.Buckets.Create(GcsBucket);
    }

    static async Task<Finished> RunAsync(string program, TimeSpan within, params string[] arguments)
    {
        using var running = RunningProgram.Start(program, arguments);
        return await running.WaitAsync(within);
    }

    /// <summary>What a person would look at first when a step fails.</summary>
    /// <summary>What the cluster looks like, for the message of a failure.</summary>
    internal async Task<string> ExplainAsync()
    {
        var all = await Kubernetes.KubectlAsync(["get", "nc,nb,ncb,job,pod", "-A"], Cancelled);
        var events = await Kubernetes.KubectlAsync(["get", "events", "-A", "--sort-by=.lastTimestamp", "-o", "custom-columns=O:.involvedObject.name,R:.reason,M:.message"], Cancelled);
        return $"{all.Output}\n{string.Join('\n', events.Output.Split('\n').TakeLast(30))}\n{string.Join('\n', Kubernetes.KubeletErrors)}";
    }
}
