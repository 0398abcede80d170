using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Configuration;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Yaml;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Testing;
using NebulaKeep.Testing.Kubernetes;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>
/// One real control plane for all tests of the collection, with our definitions and the operator's rights in it. Each test works in a
/// namespace of its own.
/// </summary>
public sealed class KubernetesFixture : IAsyncLifetime
{
    static readonly TimeSpan StartBound = TimeSpan.FromMinutes(45);
    int namespaces;

    public ControlPlane ControlPlane { get; private set; } = null!;

    /// <summary>An administrator's.</summary>
    public KubeClient Admin { get; private set; } = null!;

    public KubeConfig AdminConfig { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(StartBound);
        ControlPlane = await ControlPlane.StartAsync(limit.Token);
        AdminConfig = await KubeConfig.LoadAsync(ControlPlane.KubeConfigPath, _ => null, TimeProvider.System, limit.Token);
        Admin = new KubeClient(AdminConfig, new KubeClientOptions(), TimeProvider.System);
        await KubectlAsync(null, "apply", "-k", RepositoryRoot.Join("deploy"));
        await KubectlAsync(null, "wait", "--for=condition=Established", "--timeout=60s", "crd", "--all");
    }

    public async ValueTask DisposeAsync()
    {
        Admin?.Dispose();
        AdminConfig?.Dispose();
        if (ControlPlane is not null) await ControlPlane.DisposeAsync();
    }

    /// <summary>A namespace that no other test has.</summary>
    public async Task<string> NewNamespaceAsync()
    {
        var name = $"t{Interlocked.Increment(ref namespaces)}";
        await Admin.CreateAsync(KnownKinds.Namespace, ObjectFields.New(KnownKinds.Namespace, new NamespacedName("", name)), CancellationToken.None);
        return name;
    }

    /// <summary>Runs kubectl and expects it to succeed; returns what it printed, warnings first.</summary>
    public async Task<string> KubectlAsync(string? input, params string[] arguments)
    {
        var (code, output, error) = await ControlPlane.KubectlAsync(arguments, CancellationToken.None, input);
        code.ShouldBe(0, $"kubectl {string.Join(' ', arguments)}: {error}");
        return error + output;
    }

    /// <summary>A configuration with the identity that the operator has when it is installed.</summary>
    public async Task<KubeConfig> OperatorConfigAsync(Uri? server = null, string inNamespace = "nebula-system")
    {
        var token = await ServiceAccountTokenAsync(new NamespacedName(inNamespace, "nebula-operator"));
        return new KubeConfig { Server = server ?? AdminConfig.Server, CertificateAuthority = AdminConfig.CertificateAuthority, Token = new OperatorToken(new Core.Secret(token)) };
    }

    /// <summary>Stores a manifest of the seed in a namespace.</summary>
    public async Task<JsonObject> CreateSeedAsync(string file, string inNamespace, Action<JsonObject>? change = null)
    {
        var item = (JsonObject)YamlReader.ReadAll(await File.ReadAllTextAsync(RepositoryRoot.Join("test", "NebulaKeep.Operator.Tests", "Seed", file)))[0];
        item.Metadata()["namespace"] = inNamespace;
        change?.Invoke(item);
        return await Admin.CreateAsync(KindOf(item), item, CancellationToken.None);
    }

    /// <summary>A cluster that says that it is ready, as a cluster controller would.</summary>
    public async Task<JsonObject> CreateReadyClusterAsync(string inNamespace, Action<JsonObject>? change = null)
    {
        var cluster = await CreateSeedAsync("nebulacluster.yaml", inNamespace, item =>
        {
            item["spec"]!["enableBR"] = true;
            change?.Invoke(item);
        });
        return await SetReadyAsync(cluster, true);
    }

    public Task<JsonObject> SetReadyAsync(JsonObject cluster, bool isReady)
    {
        var condition = new Condition("Ready", isReady, isReady ? "Ready" : "MetadUnhealthy", isReady ? "" : "Metad is not healthy");
        var status = new JsonObject { ["observedGeneration"] = cluster.Generation(), ["conditions"] = condition.SetIn(null, cluster.Generation(), DateTimeOffset.UnixEpoch) };
        return Admin.PatchStatusAsync(CustomResources.Cluster, cluster.Key(), new JsonObject { ["status"] = status }, CancellationToken.None);
    }

    public Task CreateSecretAsync(string inNamespace, string name, params (string Key, string Value)[] values)
    {
        var secret = ObjectFields.New(KnownKinds.Secret, new NamespacedName(inNamespace, name));
        secret["stringData"] = new JsonObject(values.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));
        return Admin.CreateAsync(KnownKinds.Secret, secret, CancellationToken.None);
    }

    public Task<JsonObject?> FindAsync(ResourceKind kind, string inNamespace, string name) =>
        Admin.FindAsync(kind, new NamespacedName(inNamespace, name), CancellationToken.None);

    public async Task<IReadOnlyList<JsonObject>> ListAsync(ResourceKind kind, string inNamespace, string? labels = null) =>
        (await Admin.ListAsync(kind, new Selection(inNamespace, labels), CancellationToken.None)).Items;

    /// <summary>Waits until an object is as wanted and returns it.</summary>
    public async Task<JsonObject> WaitForAsync(ResourceKind kind, string inNamespace, string name, Func<JsonObject, bool> isAsWanted, string because, TimeSpan? within = null)
    {
        JsonObject? last = null;
        try
        {
            await Eventually.TrueAsync(async () => (last = await FindAsync(kind, inNamespace, name)) is not null && isAsWanted(last), because, within ?? TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException timeout)
        {
            throw new TimeoutException($"{timeout.Message}; last seen: {last?["status"]?.ToJsonString() ?? last?.ToJsonString() ?? "nothing"}", timeout);
        }
        return last!;
    }

    /// <summary>Kubernetes' own collector removes what a gone owner leaves; it learns new kinds of owners every 30 s, and then tries again with pauses.</summary>
    public Task WaitUntilGoneAsync(ResourceKind kind, string inNamespace, string name, TimeSpan? within = null) =>
        Eventually.TrueAsync(async () => await FindAsync(kind, inNamespace, name) is null, $"{kind} {name} is gone", within ?? TimeSpan.FromMinutes(2));

    static ResourceKind KindOf(JsonObject item) => item.Text("kind") switch
    {
        "NebulaCluster" => CustomResources.Cluster,
        "NebulaBackup" => CustomResources.Backup,
        "NebulaCronBackup" => CustomResources.CronBackup,
        "Secret" => KnownKinds.Secret,
        var other => throw new ArgumentException($"Unexpected kind {other}"),
    };

    /// <summary>Kubernetes 1.20 makes a token for each service account by itself.</summary>
    async Task<string> ServiceAccountTokenAsync(NamespacedName account)
    {
        var name = "";
        await Eventually.TrueAsync(
            async () => (name = (await Admin.FindAsync(KnownKinds.ServiceAccount, account, CancellationToken.None)).Items("secrets").FirstOrDefault()?.Text("name") ?? "") != "",
            $"{account} has a token");
        var secret = await Admin.GetAsync(KnownKinds.Secret, account with { Name = name }, CancellationToken.None);
        return System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(secret.Text("data", "token")!));
    }
}

sealed class OperatorToken(Core.Secret token) : ITokenSource
{
    public ValueTask<Core.Secret> ReadAsync(bool fresh, CancellationToken cancellation) => ValueTask.FromResult(token);
}

/// <summary>Tests in it share one control plane and run one after another.</summary>
[CollectionDefinition(Name)]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "It is xunit's word")]
public sealed class KubernetesCollection : ICollectionFixture<KubernetesFixture>
{
    public const string Name = "kubernetes";
}
