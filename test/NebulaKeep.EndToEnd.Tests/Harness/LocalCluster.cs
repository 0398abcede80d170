using NebulaKeep.Core;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.DevCluster.Layout;
using NebulaKeep.DevCluster.Workload;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Graph;
using NebulaKeep.Security;
using NebulaKeep.Testing;
using NebulaKeep.Thrift.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace NebulaKeep.EndToEnd.Tests.Harness;

/// <summary>
/// A cluster of separate processes on loopback addresses of its own, with mTLS everywhere: 1 metad, 3 storageds with two data paths each,
/// 1 graphd, an agent beside each. Hosts are called by the last number of their address: metad 1, storageds 2 to 4, graphd 5.
/// </summary>
sealed class LocalCluster : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    static int networks;
    readonly TemporaryFolder folder = new();
    readonly Dictionary<int, RunningProgram> agents = [];
    readonly string network = $"127.{20 + Environment.ProcessId % 200}.{Interlocked.Increment(ref networks)}";
    readonly int megabits;
    readonly ClusterPlan plan;

    LocalCluster(int megabits)
    {
        this.megabits = megabits;
        Directory.CreateDirectory(StoreFolder);
        plan = new ClusterPlan
        {
            Root = folder.File("cluster"),
            Metads = [new(Host(1), 9559)],
            Storageds = [new(Host(2), 9779), new(Host(3), 9779), new(Host(4), 9779)],
            Graphds = [new(Host(5), 9669)],
            Certificates = folder.File("certs"),
        };
    }

    public string StoreFolder => folder.File("backups");

    public string Store => $"local://{StoreFolder}";

    public HostAddress Metad => plan.Metads[0];

    public string AgentList => string.Join(',', Enumerable.Range(1, 5).Select(i => $"{Host(i)}:8888"));

    /// <summary>Starts everything and waits until all daemons and agents are registered.</summary>
    /// <param name="megabits">Limit of each agent's transfers, so that something can happen while they run; 0: none.</param>
    public static async Task<LocalCluster> StartAsync(int megabits = 0)
    {
        var cluster = new LocalCluster(megabits);
        try
        {
            await cluster.IssueAsync(force: false);
            cluster.plan.Write(Programs.Dev);
            foreach (var daemon in cluster.plan.Daemons) await StartDaemonAsync(daemon);
            foreach (var number in Enumerable.Range(1, 5)) cluster.StartAgent(number);
            await cluster.JoinAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Issues certificates for all hosts, as a person would.</summary>
    public async Task IssueAsync(bool force) => (await RunningProgram.RunAsync(Programs.Certs,
    [
        "issue", "--out", folder.File("certs"), "--ca-dir", folder.File("ca"), .. Enumerable.Range(1, 5).SelectMany(i => new[] { "--server-name", Host(i) }), .. force ? ["--force"] : Array.Empty<string>(),
    ])).ShouldSucceed();

    public string Host(int number) => $"{network}.{number}";

    public string HostFolder(int number) => plan.RootOf(Host(number));

    /// <summary>Process of a host's daemon.</summary>
    public int PidOf(int number) => int.Parse(File.ReadAllText(PidFileOf(number)));

    string PidFileOf(int number) => Directory.GetFiles(Path.Combine(HostFolder(number), "pids"), "*.pid").Single();

    /// <summary>
    /// Ends a host's daemon as a crash does, and waits until its process is gone: the next one refuses to start beside it. The pid file
    /// goes too: on a busy machine its number can be another process's by the time the daemon is started again.
    /// </summary>
    public async Task KillDaemonAsync(int number)
    {
        var process = PidOf(number);
        Signals.Send(process, Signals.Kill);
        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{process}"), $"process {process} stays", Patience);
        File.Delete(PidFileOf(number));
    }

    public RunningProgram Agent(int number) => agents[number];

    public void StartAgent(int number)
    {
        if (agents.Remove(number, out var old)) old.Dispose();
        agents[number] = RunningProgram.Start(Programs.Agent,
        [
            $"--agent={Host(number)}:8888", $"--meta={Metad}", "--hbs=1", "--enable_ssl", $"--ratelimit={megabits}", $"--store_roots={folder.Path}",
            $"--ca_path={Pem("ca.crt")}", $"--cert_path={Pem("client.crt")}", $"--key_path={Pem("client.key")}",
        ]);
    }

    public Task StartDaemonAsync(int number) => StartDaemonAsync(plan.Daemons.Single(daemon => daemon.Address.Host == Host(number)));

    /// <summary>Waits until an agent is registered again, after its restart.</summary>
    public Task AgentsOnlineAsync() => UntilShownAsync("SHOW HOSTS AGENT", rows => rows.Count(IsOnline) == 5);

    /// <summary>Flags for every call of br.</summary>
    public IReadOnlyList<string> Tls => ["--enable-ssl", "--ca-path", Pem("ca.crt"), "--cert-path", Pem("client.crt"), "--key-path", Pem("client.key")];

    /// <summary>Starts a backup into a store.</summary>
    public RunningProgram StartBackup(string? store = null, params IEnumerable<string> more) =>
        RunningProgram.Start(Programs.Br, ["backup", "full", "--meta", $"{Metad}", "--storage", store ?? Store, .. Tls, .. more]);

    /// <summary>Makes a backup that must succeed.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> BackupAsync(string? store = null, params IEnumerable<string> more)
    {
        using var backup = StartBackup(store, more);
        return NameIn((await backup.WaitAsync()).ShouldSucceed().Output);
    }

    /// <summary>Makes an incremental backup on the newest one, which must succeed.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> IncrementAsync(params IEnumerable<string> more) =>
        NameIn((await BrAsync(["backup", "incr", "--base", "latest", "--meta", $"{Metad}", "--storage", Store, .. Tls, .. more])).ShouldSucceed().Output);

    public RunningProgram StartRestore(string name, string? store = null, params IEnumerable<string> more) =>
        RunningProgram.Start(Programs.Br, ["restore", "full", "--meta", $"{Metad}", "--storage", store ?? Store, "--name", name, .. Tls, .. more]);

    public async Task<Finished> RestoreAsync(string name, string? store = null, params IEnumerable<string> more)
    {
        using var restore = StartRestore(name, store, more);
        return await restore.WaitAsync();
    }

    /// <summary>Removes a backup, or what a killed run has left.</summary>
    public Task<Finished> CleanUpAsync(string name, string? store = null, params IEnumerable<string> more) =>
        BrAsync(["cleanup", "--meta", $"{Metad}", "--storage", store ?? Store, "--name", name, .. Tls, .. more]);

    public static Task<Finished> BrAsync(params IEnumerable<string> arguments) => RunningProgram.RunAsync(Programs.Br, arguments);

    /// <summary>The name in a run's output.</summary>
    public static string NameIn(string output) => System.Text.RegularExpressions.Regex.Match(output, "BACKUP_[0-9_]{19}", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Value;

    /// <summary>Makes the two sample spaces.</summary>
    public async Task LoadAsync(long vertices, long edges)
    {
        var loader = new SampleLoader(ConnectAsync, TimeProvider.System);
        await loader.LoadAsync(new SampleSpace("social", vertices, edges, 6, 3, HasIntegerVids: false), _ => { }, Cancelled);
        await loader.LoadAsync(new SampleSpace("network", vertices, edges, 4, 1, HasIntegerVids: true), _ => { }, Cancelled);
    }

    /// <summary>Every row of every space, as checksums.</summary>
    public async Task<IReadOnlyList<SpaceDigest>> DigestsAsync()
    {
        await using var reader = new GraphReader([Metad], Thrift());
        var digests = new List<SpaceDigest>();
        foreach (var space in await reader.SpacesAsync(Cancelled)) digests.Add(await reader.DigestAsync(space, Cancelled));
        return digests;
    }

    /// <summary>Runs statements in one session.</summary>
    /// <returns>The rows of the last.</returns>
    public async Task<IReadOnlyList<Row>> NgqlAsync(params string[] statements)
    {
        await using var session = await ConnectAsync(Cancelled);
        DataSet? last = null;
        foreach (var statement in statements) last = await session.ExecuteAsync(statement, Cancelled);
        return last?.Rows ?? [];
    }

    /// <summary>True once a row can be written into a partition of every space.</summary>
    public async Task<bool> CanWriteAsync()
    {
        try
        {
            foreach (var part in Enumerable.Range(0, 20))
            {
                await NgqlAsync("USE social", $"INSERT VERTEX person(name) VALUES \"probe{part}\":(\"probe\")", $"DELETE VERTEX \"probe{part}\"");
                await NgqlAsync("USE network", $"INSERT VERTEX person(name) VALUES -{part + 1}:(\"probe\")", $"DELETE VERTEX -{part + 1}");
            }

            return true;
        }
        catch (NebulaKeepException)
        {
            return false;
        }
    }

    /// <summary>True once a storaged says that writes are blocked; a storaged that says nothing is passed over.</summary>
    public async Task<bool> AreWritesBlockedAsync()
    {
        foreach (var part in Enumerable.Range(0, 20))
        {
            try
            {
                await NgqlAsync("USE social", $"DELETE VERTEX \"probe{part}\"").WaitAsync(TimeSpan.FromSeconds(2), Cancelled);
            }
            catch (NebulaKeepException blocked) when (blocked.Message.Contains("blocked", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
            catch (Exception silent) when (silent is NebulaKeepException or TimeoutException)
            {
            }
        }

        return false;
    }

    /// <summary>Directories of checkpoints with something in them.</summary>
    public IReadOnlyList<string> Checkpoints() =>
        [.. Directory.EnumerateDirectories(plan.Root, "checkpoints", SearchOption.AllDirectories).SelectMany(Directory.EnumerateFileSystemEntries)];

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in agents.Values) agent.Dispose();
        foreach (var file in Directory.Exists(plan.Root) ? Directory.GetFiles(plan.Root, "*.pid", SearchOption.AllDirectories) : [])
            Signals.Send(int.Parse(await File.ReadAllTextAsync(file)), Signals.Kill);
        folder.Dispose();
    }

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    string Pem(string name) => Path.Combine(folder.File("certs"), name);

    static async Task StartDaemonAsync(DaemonPlan daemon) =>
        (await RunningProgram.RunInAsync(daemon.Root, daemon.Program, "--flagfile", daemon.FlagFile)).ShouldSucceed();

    async Task JoinAsync()
    {
        await NgqlRetriedAsync($"ADD HOSTS {string.Join(", ", plan.Storageds.Select(s => $"\"{s.Host}\":{s.Port}"))}");
        await UntilShownAsync("SHOW HOSTS STORAGE", rows => rows.Count(IsOnline) == 3);
        await AgentsOnlineAsync();
    }

    Task NgqlRetriedAsync(string statement) => Eventually.TrueAsync(async () =>
    {
        try
        {
            await NgqlAsync(statement);
            return true;
        }
        catch (NebulaKeepException)
        {
            return false;
        }
    }, statement, Patience);

    Task UntilShownAsync(string statement, Func<IReadOnlyList<Row>, bool> wanted) => Eventually.TrueAsync(async () =>
    {
        try
        {
            return wanted(await NgqlAsync(statement));
        }
        catch (NebulaKeepException)
        {
            return false;
        }
    }, statement, Patience);

    static bool IsOnline(Row row) => row.Values.Any(value => value.AsText == "ONLINE");

    Task<GraphClient> ConnectAsync(CancellationToken cancellationToken) =>
        GraphClient.ConnectAsync(plan.Graphds[0], "root", new Secret("nebula"), Thrift(), cancellationToken);

    ThriftClientOptions Thrift() => new()
    {
        Tls = ClientTls.Open(new TlsFiles(Pem("ca.crt"), Pem("client.crt"), Pem("client.key")), new ClientTlsSettings(), TimeProvider.System, NullLogger.Instance),
    };
}
