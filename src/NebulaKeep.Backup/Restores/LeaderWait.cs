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
        var missing = "metad does not answer";
        while (true)
        {
            try
            {
                missing = Missing(spaces, await meta.ListHostsAsync(ListHostType.ALLOC, both.Token));
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

    /// <summary>For each space that lacks leaders, how many it has; empty where none does.</summary>
    public static string Missing(IReadOnlyList<ManifestSpace> spaces, IReadOnlyList<HostItem> hosts)
    {
        var led = hosts.SelectMany(h => h.LeaderParts).GroupBy(p => p.Key, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.SelectMany(p => p.Value).Distinct().Count(), StringComparer.Ordinal);
        return string.Join(", ", spaces.Where(s => led.GetValueOrDefault(s.Name) < s.Partitions).Select(s => $"{s.Name} has {led.GetValueOrDefault(s.Name)} of {s.Partitions}"));
    }
}
