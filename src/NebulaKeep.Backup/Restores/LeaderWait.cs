using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.Backup.Restores;

/// <summary>Waits until every partition of the restored spaces has a leader, as metad's list of hosts tells.</summary>
sealed class LeaderWait(IMetaClient meta, RestoreTimes times, TimeProvider clock)
{
    /// <exception cref="NebulaKeepException">Some have none in time; the message says how many of which space.</exception>
    public async Task RunAsync(IReadOnlyList<ManifestSpace> spaces, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(times.Leaders, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var partitions = spaces.ToDictionary(space => space.Name, space => space.Partitions, StringComparer.Ordinal);
        var missing = "metad does not answer";
        while (true)
        {
            try
            {
                missing = PartitionLeaders.Missing(partitions, await meta.ListHostsAsync(ListHostType.ALLOC, both.Token));
                if (missing.Length == 0) return;
            }
            catch (Exception e) when (e is NebulaKeepException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                missing = e.Message;
            }

            if (await Pause.ForAsync(times.Poll, clock, both.Token)) continue;
            cancellationToken.ThrowIfCancellationRequested();
            throw new NebulaKeepException($"Not every restored partition has a leader after {times.Leaders.TotalMinutes:0.#} minutes: {missing}. See the storageds' logs.");
        }
    }
}
