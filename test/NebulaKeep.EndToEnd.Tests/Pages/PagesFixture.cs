using NebulaKeep.EndToEnd.Tests.Harness;
using NebulaKeep.EndToEnd.Tests.Walkthrough;
using NebulaKeep.Testing;
using NebulaKeep.Testing.Kubernetes;

namespace NebulaKeep.EndToEnd.Tests.Pages;

/// <summary>An API server that knows the project's definitions.</summary>
public sealed class PagesFixture : IAsyncLifetime
{
    ControlPlane? kubernetes;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        kubernetes = await ControlPlane.StartAsync(Cancelled);
        await KubectlAsync("apply", "-k", RepositoryRoot.Join("deploy"));
        await KubectlAsync("wait", "crd", "--all", "--for", "condition=Established", "--timeout", "1m");
    }

    /// <summary>What a page takes for granted: a namespace, which is the current one, and files in the current folder.</summary>
    /// <returns>The environment of its commands.</returns>
    internal async Task<IReadOnlyDictionary<string, string>> PrepareAsync(TemporaryFolder folder, string @namespace)
    {
        folder.Write("access_key", "key");
        folder.Write("secret_key", "secret");
        folder.Write("nebula.yaml", GuidePage.Read("backups-on-kubernetes.md").Blocks.First(block => !block.IsCommands).Text);
        Directory.CreateSymbolicLink(folder.File("deploy"), RepositoryRoot.Join("deploy"));
        var config = folder.Write("kubeconfig", await File.ReadAllTextAsync(kubernetes!.KubeConfigPath, Cancelled));
        await KubectlAsync("create", "namespace", @namespace);
        await KubectlAsync("config", "set-context", "--current", "--namespace", @namespace, "--kubeconfig", config);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["KUBECONFIG"] = config,
            ["NEBULAKEEP"] = RepositoryRoot.Path,
            ["PATH"] = $"{Path.GetDirectoryName(Programs.Certs)}:{Environment.GetEnvironmentVariable("PATH")}",
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (kubernetes is not null) await kubernetes.DisposeAsync();
    }

    async Task KubectlAsync(params string[] arguments)
    {
        var (code, _, error) = await kubernetes!.KubectlAsync(arguments, Cancelled);
        if (code != 0) throw new InvalidOperationException($"kubectl {string.Join(' ', arguments)}: {error}");
    }
}
