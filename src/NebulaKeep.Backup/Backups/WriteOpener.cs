using NebulaKeep.Backup.Topology;

namespace NebulaKeep.Backup.Backups;

/// <summary>
/// Opens writes on every storaged without metad: blockingWrites OFF on the admin port, one space a call, because the server
/// stops at the first space that a host does not have (observed). Nothing tells whether writes are blocked, so they are
/// opened whenever they may be.
/// </summary>
sealed class WriteOpener(IClusterConnector cluster, ClusterTopology topology, BackupTimes times, TimeProvider clock)
{
    /// <summary>Tries every storaged until its time is over.</summary>
    /// <returns>A sentence for each storaged on which writes may still be blocked.</returns>
    public async Task<IReadOnlyList<string>> OpenAsync(IReadOnlyCollection<int> spaces, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(times.OpenWrites, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        var failures = await Task.WhenAll(topology.Storageds.Select(s => TryAsync(s, spaces, both.Token)));
        return [.. failures.OfType<string>()];
    }

    async Task<string?> TryAsync(Daemon storaged, IReadOnlyCollection<int> spaces, CancellationToken cancellationToken)
    {
        var problem = "no answer in time";
        while (true)
        {
            try
            {
                await cluster.StorageAdmin(storaged.Address).SetWritesBlockedAsync(spaces, blocked: false, cancellationToken);
                return null;
            }
            catch (OperationCanceledException)
            {
                return Blocked(storaged, problem);
            }
            catch (Exception e)
            {
                problem = e.Message;
            }

            if (!await Pause.ForAsync(times.RetryPause, clock, cancellationToken)) return Blocked(storaged, problem);
        }
    }

    static string Blocked(Daemon storaged, string problem) =>
        $"Writes may still be blocked on {storaged}: {problem}. Restart it, or run 'br cleanup' for this backup once it can be reached.";
}
