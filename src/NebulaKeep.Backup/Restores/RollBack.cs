using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Backup.Restores;

/// <summary>Brings a cluster back to where it was before a restore touched it.</summary>
/// <param name="daemons">Stops and starts.</param>
/// <param name="metadsReady">Waits until the metads answer; storageds start after that.</param>
sealed class RollBack(Daemons daemons, Func<CancellationToken, Task> metadsReady)
{
    /// <summary>Stops what runs, puts the old data back, starts the daemons.</summary>
    /// <returns>What could not be done; empty: the cluster is as it was.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(JournalSet journals, IReadOnlyList<PlacedDaemon> placed, CancellationToken cancellationToken)
    {
        if (journals.Marked && await journals.UnmarkAsync(cancellationToken) is { Count: > 0 } marks)
            return [.. Texts(marks), "The restored data is in place and was good; as this could not be undone everywhere, go on with it: 'br restore rollback --forward'."];
        if (journals.Moved && await PutBackAsync(journals, placed, cancellationToken) is { Count: > 0 } problems)
            return [.. problems, "All daemons were left stopped, so that old and restored data cannot meet."];
        return await StartAsync(placed, cancellationToken);
    }

    async Task<IReadOnlyList<string>> PutBackAsync(JournalSet journals, IReadOnlyList<PlacedDaemon> placed, CancellationToken cancellationToken)
    {
        var running = await daemons.TryStopAsync(placed, cancellationToken);
        if (running.Count > 0) return Texts(running);
        return Texts(await journals.PutBackAsync(cancellationToken));
    }

    /// <summary>Starts what does not run; metads first: a storaged that meets a metad without its partitions removes them (spec/cluster-layout.md §1.3).</summary>
    /// <returns>What could not be started; empty: all daemons run.</returns>
    public async Task<IReadOnlyList<string>> StartAsync(IReadOnlyList<PlacedDaemon> placed, CancellationToken cancellationToken)
    {
        var problems = new List<Exception>(await daemons.TryStartAsync(placed.Where(d => d.Role == Role.Meta), cancellationToken));
        problems.AddRange(await Together.TryAllAsync([0], (_, t) => metadsReady(t), cancellationToken));
        if (problems.Count > 0) return [.. Texts(problems), "storageds and graphds were left stopped until metad runs."];
        problems.AddRange(await daemons.TryStartAsync(placed.Where(d => d.Role == Role.Storage), cancellationToken));
        problems.AddRange(await daemons.TryStartAsync(placed.Where(d => d.Role == Role.Graph), cancellationToken));
        return Texts(problems);
    }

    static IReadOnlyList<string> Texts(IEnumerable<Exception> problems) => [.. problems.Select(p => p is OperationCanceledException ? "The time for rolling back was over." : p.Message)];
}
