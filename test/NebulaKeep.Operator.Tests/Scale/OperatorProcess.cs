using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using NebulaKeep.Testing;

namespace NebulaKeep.Operator.Tests.Scale;

/// <summary>The real program as a process of its own, with what the kernel, its probes and its metrics say of it.</summary>
sealed partial class OperatorProcess : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly Process process;
    readonly HttpClient http = new();
    readonly Task output;
    readonly long began;
    readonly int health, metrics;

    OperatorProcess(Process process, int health, int metrics, string log)
    {
        (this.process, this.health, this.metrics) = (process, health, metrics);
        began = TimeProvider.System.GetTimestamp();
        process.Start();
        output = CopyAsync(process.StandardOutput, log);
    }

    public static OperatorProcess Start(string kubeConfig, string log)
    {
        var (health, metrics) = (FreePort(), FreePort());
        string[] arguments = ["--kubeconfig", kubeConfig, "--leader-elect", "--health-probe-bind-address", $"127.0.0.1:{health}", "--metrics-bind-address", $"127.0.0.1:{metrics}", "--log-format", "text"];
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "nebula-operator"), arguments) { RedirectStandardOutput = true };
        // As in its image (deploy/images/nebula-operator.json).
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return new OperatorProcess(new Process { StartInfo = start }, health, metrics, log);
    }

    public TimeSpan Age => TimeProvider.System.GetElapsedTime(began);

    /// <summary>Waits until <c>/readyz</c> answers 200 and tells how long that took since the process was started.</summary>
    public async Task<TimeSpan> ReadyAsync()
    {
        await Eventually.TrueAsync(IsReadyAsync, "the operator is ready", Patience);
        return Age;
    }

    /// <summary>A value of <c>/proc/PID/status</c> in MiB: <c>VmRSS</c>, what it has in memory now; <c>VmHWM</c>, the most it ever had.</summary>
    public double Mebibytes(string value)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").Single(text => text.StartsWith($"{value}:", StringComparison.Ordinal));
        return double.Parse(Digits().Match(line).ValueSpan, CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>The sum of a metric over all its labels.</summary>
    public async Task<double> MetricAsync(string name)
    {
        var text = await http.GetStringAsync(new Uri($"http://127.0.0.1:{metrics}/metrics"));
        return text.Split('\n').Where(line => line.StartsWith($"{name}{{", StringComparison.Ordinal)).Sum(line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
    }

    /// <summary>Tells it to stop, as Kubernetes does, and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        using (var kill = Process.Start(new ProcessStartInfo("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])))
            await kill!.WaitForExitAsync();
        await process.WaitForExitAsync();
        await output;
        process.Dispose();
        http.Dispose();
    }

    async Task<bool> IsReadyAsync()
    {
        if (process.HasExited) throw new InvalidOperationException($"The operator ended with {process.ExitCode}");
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{health}/readyz"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;      // it does not listen yet
        }
    }

    static async Task CopyAsync(StreamReader from, string log)
    {
        await using var file = File.CreateText(log);
        while (await from.ReadLineAsync() is { } line) await file.WriteLineAsync(line);
    }

    static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    [GeneratedRegex("[0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Digits();
}
