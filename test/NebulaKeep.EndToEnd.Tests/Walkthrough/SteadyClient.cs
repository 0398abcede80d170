using NebulaKeep.Core;
using NebulaKeep.Nebula.Graph;

namespace NebulaKeep.EndToEnd.Tests.Walkthrough;

/// <summary>
/// A client as applications have: it writes and reads all the while by one session, opens another when that breaks, and tries a statement
/// again until its patience ends. A statement that is not done by then is a failure.
/// </summary>
sealed class SteadyClient : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    readonly Func<CancellationToken, Task<GraphClient>> connect;
    readonly CancellationTokenSource stop = new();
    readonly List<string> failures = [];
    readonly Task running;
    GraphClient? session;

    SteadyClient(Func<CancellationToken, Task<GraphClient>> connect)
    {
        this.connect = connect;
        running = Task.Run(RunAsync);
    }

    /// <summary>Statements done.</summary>
    public int Done { get; private set; }

    /// <summary>Tries that failed and were repeated.</summary>
    public int Repeated { get; private set; }

    /// <summary>The longest that a statement took, with its repetitions.</summary>
    public TimeSpan Slowest { get; private set; }

    public static SteadyClient Start(Func<CancellationToken, Task<GraphClient>> connect) => new(connect);

    /// <summary>Ends it.</summary>
    /// <returns>The statements that were given up, each with its last error.</returns>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        await stop.CancelAsync();
        await running;
        return failures;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (session is not null) await session.DisposeAsync();
        stop.Dispose();
    }

    async Task RunAsync()
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var name = $"steady{i % 500}";
            await DoAsync($"INSERT VERTEX person(name) VALUES \"{name}\":(\"round {i}\")", null);
            await DoAsync($"FETCH PROP ON person \"{name}\" YIELD person.name", $"round {i}");
        }
    }

    async Task DoAsync(string statement, string? wanted)
    {
        var (begun, last) = (TimeProvider.System.GetTimestamp(), "");
        while (TimeProvider.System.GetElapsedTime(begun) < Patience)
        {
            try
            {
                var answer = await TryAsync(statement);
                if (wanted is not null && !answer.Contains(wanted)) throw new NebulaKeepException($"read '{string.Join(",", answer)}' and not '{wanted}'");
                Done++;
                if (TimeProvider.System.GetElapsedTime(begun) is var took && took > Slowest) Slowest = took;
                return;
            }
            catch (Exception failure) when (failure is NebulaKeepException or TimeoutException)
            {
                (last, Repeated) = (failure.Message, Repeated + 1);
                await ForgetSessionAsync();
                if (stop.IsCancellationRequested) return;
                await Task.Delay(Pause);
            }
        }

        failures.Add($"{statement}: {last}");
    }

    async Task<IReadOnlyList<string>> TryAsync(string statement)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            if (session is null)
            {
                session = await connect(limit.Token);
                await session.ExecuteAsync("USE social", limit.Token);
            }

            var data = await session.ExecuteAsync(statement, limit.Token);
            return [.. (data?.Rows ?? []).SelectMany(row => row.Values).Select(value => value.AsText ?? "")];
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException("no answer within 10 s", late);
        }
    }

    async Task ForgetSessionAsync()
    {
        if (session is not null) await session.DisposeAsync();
        session = null;
    }
}
