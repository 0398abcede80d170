using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Graph;

namespace NebulaKeep.DevCluster.Workload;

/// <summary>Makes sample spaces through graphd and fills them.</summary>
/// <param name="connect">Opens a session; each loading task has one of its own.</param>
/// <param name="clock">Waits for a new space.</param>
public sealed class SampleLoader(Func<CancellationToken, Task<GraphClient>> connect, TimeProvider clock)
{
    const int Sessions = 4;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Makes the space, its schema and all its rows.</summary>
    /// <param name="space">What to make; it must not exist yet.</param>
    /// <param name="progress">Told the number of rows so far.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="NebulaKeepException">graphd refuses a statement.</exception>
    public async Task LoadAsync(SampleSpace space, Action<long> progress, CancellationToken cancellationToken)
    {
        await using (var session = await connect(cancellationToken))
        {
            await RetryAsync(session, space.Create, cancellationToken);
            await RetryAsync(session, $"USE {space.Name}", cancellationToken);
            foreach (var statement in SampleSpace.Schema) await RetryAsync(session, statement, cancellationToken);
            await RetryAsync(session, space.InsertVertices(0, Math.Min(1, space.Vertices)), cancellationToken);
        }

        await WriteAsync(space, Batches(space.InsertVertices, space.Vertices, space.BatchRows).Concat(Batches(space.InsertEdges, space.Edges, space.BatchRows)), progress, cancellationToken);
    }

    /// <summary>Writes edges of a space that exists anew, in another edition.</summary>
    /// <param name="space">As it was made, with the number of edges to write and their edition.</param>
    /// <param name="progress">Told the number of rows so far.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="NebulaKeepException">graphd refuses a statement.</exception>
    public Task ChangeAsync(SampleSpace space, Action<long> progress, CancellationToken cancellationToken) =>
        WriteAsync(space, Batches(space.InsertEdges, space.Edges, space.BatchRows), progress, cancellationToken);

    async Task WriteAsync(SampleSpace space, IEnumerable<(Func<string> Statement, long Rows)> batches, Action<long> progress, CancellationToken cancellationToken)
    {
        long done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Sessions, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, Sessions), options, async (index, token) =>
        {
            await using var session = await connect(token);
            await session.ExecuteAsync($"USE {space.Name}", token);
            foreach (var (statement, rows) in batches.Where((_, i) => i % Sessions == index))
            {
                // The first row proves one storaged; the others may hear of the space a heartbeat later. Writing a row again changes nothing.
                await RetryAsync(session, statement(), token);
                progress(Interlocked.Add(ref done, rows));
            }
        });
    }

    static IEnumerable<(Func<string> Statement, long Rows)> Batches(Func<long, long, string> insert, long all, int rows)
    {
        for (long first = 0; first < all; first += rows)
        {
            var (start, end) = (first, Math.Min(first + rows, all));
            yield return (() => insert(start, end), end - start);
        }
    }

    /// <summary>A space or schema that was just made takes up to two heartbeats until the daemons know it.</summary>
    async Task RetryAsync(GraphClient session, string statement, CancellationToken cancellationToken)
    {
        for (var started = clock.GetTimestamp(); ;)
        {
            try
            {
                await session.ExecuteAsync(statement, cancellationToken);
                return;
            }
            catch (NebulaErrorException) when (clock.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(Pause, clock, cancellationToken);
            }
        }
    }
}
