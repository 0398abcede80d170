using System.Diagnostics;
using System.Globalization;

namespace NebulaKeep.Testing.Kubernetes;

/// <summary>
/// A real Kubernetes control plane for the tests of one process, by <c>eng/kubernetes/up.sh</c>. The first run on a machine builds it
/// (up to half an hour); after that it takes about ten seconds. It ends with the process, even if that is killed.
/// </summary>
public sealed class ControlPlane : IAsyncDisposable
{
    readonly string folder;

    ControlPlane(string folder, IReadOnlyDictionary<string, string> values) => (this.folder, Values, KubeConfigPath) = (folder, values, values["KUBECONFIG"]);

    /// <summary>What <c>up.sh</c> printed.</summary>
    public IReadOnlyDictionary<string, string> Values { get; }

    /// <summary>A kubeconfig file of an administrator.</summary>
    public string KubeConfigPath { get; }

    /// <summary>A line of JSON (an <c>audit.k8s.io/v1</c> Event) for each request that a service account of <c>nebula-system</c> made.</summary>
    public string AuditLog => Path.Combine(folder, "logs", "audit.log");

    /// <summary>The last lines of the kubelet's log that tell of errors.</summary>
    public IEnumerable<string> KubeletErrors =>
        File.ReadLines(Path.Combine(folder, "logs", "kubelet.log")).Where(line => line.StartsWith('E') || line.StartsWith('F')).TakeLast(15);

    /// <summary>Starts one; with a node it also runs pods, needs root, and is the only one of its kind on the machine.</summary>
    public static async Task<ControlPlane> StartAsync(CancellationToken cancellation, bool withNode = false)
    {
        // Short: paths of sockets lie below it, and the kernel takes 107 characters.
        var run = Path.Combine(Path.GetTempPath(), $"nk-kube-{Guid.NewGuid().ToString("N")[..12]}");
        string[] mode = withNode ? ["--node"] : [];
        var output = await RunAsync(Script("up.sh"), [.. mode, run, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)], cancellation);
        return new ControlPlane(run, output.Split('\n').Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.Ordinal));
    }

    /// <summary>Runs one of the cluster's scripts in <c>eng/kubernetes</c>, on this cluster.</summary>
    public Task<string> ScriptAsync(string name, CancellationToken cancellation, params string[] arguments) => RunAsync(Script(name), [folder, .. arguments], cancellation);

    /// <summary>Runs kubectl against it; a failure is a result, not an exception. <paramref name="program"/> may name another version of it.</summary>
    public async Task<(int ExitCode, string Output, string Error)> KubectlAsync(
        IEnumerable<string> arguments, CancellationToken cancellation, string? input = null, string program = "kubectl")
    {
        var start = StartInfo(program, arguments);
        start.Environment["KUBECONFIG"] = KubeConfigPath;
        return await ExecuteAsync(start, input, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await RunAsync(Script("down.sh"), [folder], limit.Token);
    }

    static string Script(string name) => RepositoryRoot.Join("eng", "kubernetes", name);

    static async Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var (code, output, error) = await ExecuteAsync(StartInfo(program, arguments), null, cancellation);
        return code == 0 ? output : throw new InvalidOperationException($"{program} failed with {code}: {error}");
    }

    // UseShellExecute is false by default, and the project bans naming it.
#pragma warning disable MA0163
    static ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments) => new(program, arguments)
    { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
#pragma warning restore MA0163

    static async Task<(int ExitCode, string Output, string Error)> ExecuteAsync(ProcessStartInfo start, string? input, CancellationToken cancellation)
    {
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        if (input is not null) await process.StandardInput.WriteAsync(input.AsMemory(), cancellation);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await output, await error);
    }
}
