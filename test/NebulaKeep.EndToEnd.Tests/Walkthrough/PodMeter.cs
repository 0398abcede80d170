using System.Collections.Concurrent;
using System.Text.Json;

namespace NebulaKeep.EndToEnd.Tests.Walkthrough;

/// <summary>The most memory and CPU that containers had by the kubelet's own figures, asked for all the while.</summary>
sealed class PodMeter : IAsyncDisposable
{
    readonly Func<Task<string>> summary;
    readonly CancellationTokenSource stop = new();
    readonly ConcurrentDictionary<string, (long Memory, long NanoCores)> peaks = new(StringComparer.Ordinal);
    readonly Task running;

    PodMeter(Func<Task<string>> summary)
    {
        this.summary = summary;
        running = Task.Run(RunAsync);
    }

    /// <param name="summary">Gets the kubelet's <c>/stats/summary</c>.</param>
    public static PodMeter Start(Func<Task<string>> summary) => new(summary);

    /// <summary>By container name: bytes of the working set, and billionths of a core.</summary>
    public IReadOnlyDictionary<string, (long Memory, long NanoCores)> Peaks => peaks;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }

    async Task RunAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            using var json = JsonDocument.Parse(await summary());
            foreach (var pod in json.RootElement.GetProperty("pods").EnumerateArray())
                if (pod.TryGetProperty("containers", out var containers))
                    foreach (var container in containers.EnumerateArray()) Count(container);
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
    }

    void Count(JsonElement container)
    {
        var (memory, cores) = (Figure(container, "memory", "workingSetBytes"), Figure(container, "cpu", "usageNanoCores"));
        peaks.AddOrUpdate(container.GetProperty("name").GetString()!, (memory, cores), (_, old) => (Math.Max(old.Memory, memory), Math.Max(old.NanoCores, cores)));
    }

    static long Figure(JsonElement container, string kind, string name) =>
        container.TryGetProperty(kind, out var part) && part.TryGetProperty(name, out var value) ? value.GetInt64() : 0;
}
