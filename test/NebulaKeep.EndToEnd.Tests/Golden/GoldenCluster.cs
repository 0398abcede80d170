using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Graph;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.DevCluster.Layout;
using NebulaKeep.DevCluster.Tests.Cluster;
using NebulaKeep.EndToEnd.Tests.Harness;
using NebulaKeep.Nebula.Graph;
using NebulaKeep.Security;
using NebulaKeep.Testing;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.EndToEnd.Tests.Golden;

/// <summary>
/// A fresh cluster of separate processes with mTLS, of the shape that the golden backups come from: metad and graphd beside the first of
/// three storageds, the second with two data paths. On other addresses than the backups', and without a space.
/// </summary>
sealed class GoldenCluster : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    static int networks;
    readonly string network = $"127.{220 + (Environment.ProcessId % 30)}.{Interlocked.Increment(ref networks)}";
    readonly TemporaryFolder folder = new();
    readonly List<RunningProgram> agents = [];
    readonly ClusterPlan plan;
    GraphClient? session;

    GoldenCluster() => plan = new ClusterPlan
    {
        Root = folder.File("cluster"),
        Metads = [new(Host(1), 9559)],
        Storageds = [new(Host(1), 9779), new(Host(2), 9779), new(Host(3), 9779)],
        Graphds = [new(Host(1), 9669)],
        Certificates = folder.File("certs"),
        DataPaths = 1,
    };

    public string Store => $"local://{folder.File("backups")}";

    public static async Task<GoldenCluster> StartAsync()
    {
        var cluster = new GoldenCluster();
        try
        {
            cluster.Unpack(GoldenGraph.First);
            cluster.Unpack(GoldenGraph.Second);
            await cluster.IssueAsync();
            cluster.plan.Write(Programs.Dev);
            cluster.GiveTheSecondAnotherPath();
            foreach (var daemon in cluster.plan.Daemons) await StartAsync(daemon);
            foreach (var number in Enumerable.Range(1, 3)) cluster.StartAgent(number);
            await cluster.JoinAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public Task<Finished> RestoreAsync(GoldenGraph golden) => RunningProgram.RunAsync(Programs.Br,
    [
        "restore", "full", "--meta", $"{plan.Metads[0]}", "--storage", Store, "--name", golden.Name, "--enable-ssl",
        "--ca-path", Pem("ca.crt"), "--cert-path", Pem("client.crt"), "--key-path", Pem("client.key"),
    ]);

    /// <summary>Runs a statement; rows as values with bars between. A session ends with its graphd, so the next statement begins a new one.</summary>
    public async Task<IReadOnlyList<string>> QueryAsync(string statement)
    {
        try
        {
            session ??= await ConnectAsync();
            var answer = await session.ExecuteAsync(statement, TestContext.Current.CancellationToken);
            return [.. (answer?.Rows ?? []).Select(row => string.Join('|', row.Values.Select(ValueText.Of)))];
        }
        catch (ThriftTransportException)
        {
            await EndSessionAsync();
            throw;
        }
    }

    public async Task EndSessionAsync()
    {
        if (session is not null) await session.DisposeAsync();
        session = null;
    }

    public async ValueTask DisposeAsync()
    {
        await EndSessionAsync();
        foreach (var agent in agents) agent.Dispose();
        foreach (var file in Directory.Exists(plan.Root) ? Directory.GetFiles(plan.Root, "*.pid", SearchOption.AllDirectories) : []) End(file);
        folder.Dispose();
    }

    string Host(int number) => $"{network}.{number}";

    string Pem(string name) => Path.Combine(plan.Certificates!, name);

    void Unpack(GoldenGraph golden)
    {
        Directory.CreateDirectory(folder.File("backups"));
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", golden.Archive));
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        TarFile.ExtractToDirectory(unzipped, folder.File("backups"), overwriteFiles: false);
    }

    async Task IssueAsync() => (await RunningProgram.RunAsync(Programs.Certs,
    [
        "issue", "--out", plan.Certificates!, "--ca-dir", folder.File("ca"), .. Enumerable.Range(1, 3).SelectMany(i => new[] { "--server-name", Host(i) }),
    ])).ShouldSucceed();

    void GiveTheSecondAnotherPath()
    {
        var second = plan.Daemons.Single(daemon => daemon.Role == DaemonRole.Storaged && daemon.Address.Host == Host(2));
        File.AppendAllText(second.FlagFile, "--data_path=data/storage0,data/storage1\n");
    }

    void StartAgent(int number) => agents.Add(RunningProgram.Start(Programs.Agent,
    [
        $"--agent={Host(number)}:8888", $"--meta={plan.Metads[0]}", "--hbs=1", "--enable_ssl", $"--store_roots={folder.File("backups")}",
        $"--ca_path={Pem("ca.crt")}", $"--cert_path={Pem("client.crt")}", $"--key_path={Pem("client.key")}",
        $"--server_cert_path={Pem("server.crt")}", $"--server_key_path={Pem("server.key")}",
    ]));

    async Task JoinAsync()
    {
        await RetriedAsync(async () => await QueryAsync($"ADD HOSTS {string.Join(", ", plan.Storageds.Select(s => $"\"{s.Host}\":{s.Port}"))}") is not null);
        await RetriedAsync(async () => Online(await QueryAsync("SHOW HOSTS STORAGE")) == 3 && Online(await QueryAsync("SHOW HOSTS AGENT")) == 3);
    }

    static int Online(IReadOnlyList<string> rows) => rows.Count(row => row.Contains("|ONLINE|", StringComparison.Ordinal));

    static Task RetriedAsync(Func<Task<bool>> condition) => Eventually.TrueAsync(async () =>
    {
        try
        {
            return await condition();
        }
        catch (NebulaKeepException)
        {
            return false;
        }
    }, "the cluster is complete", Patience);

    static async Task StartAsync(DaemonPlan daemon)
    {
        // The launcher ends as soon as the daemon runs in the background.
        var start = new ProcessStartInfo(daemon.Program, ["--flagfile", daemon.FlagFile]) { WorkingDirectory = daemon.Root };
        using var launcher = Process.Start(start)!;
        await launcher.WaitForExitAsync(TestContext.Current.CancellationToken);
        launcher.ExitCode.ShouldBe(0, daemon.FlagFile);
    }

    static void End(string pidFile)
    {
        try
        {
            using var process = Process.GetProcessById(int.Parse(File.ReadAllText(pidFile)));
            process.Kill();
            process.WaitForExit();
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }
    }

    Task<GraphClient> ConnectAsync()
    {
        var files = new TlsFiles(Pem("ca.crt"), Pem("client.crt"), Pem("client.key"));
        var tls = ClientTls.Open(files, new ClientTlsSettings(), TimeProvider.System, NullLogger.Instance);
        return GraphClient.ConnectAsync(plan.Graphds[0], "root", new Secret("nebula"), new ThriftClientOptions { Tls = tls }, TestContext.Current.CancellationToken);
    }
}
