using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.Backup.Restores;

/// <summary>Waits until every metad answers: it does so only once its raft group has a leader (spec/restore-flow.md A.2).</summary>
sealed class MetadWait(IMetaClient meta, RestoreTimes times, TimeProvider clock)
{
    /// <exception cref="NebulaKeepException">A metad did not answer in time.</exception>
    public Task RunAsync(IEnumerable<Daemon> metads, CancellationToken cancellationToken) => Together.RunAsync(metads, WaitAsync, cancellationToken);

    async Task WaitAsync(Daemon metad, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(times.MetadReady, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        Exception? last = null;
        while (true)
        {
            try
            {
                await meta.GetMetaDirInfoAsync(metad.Address, both.Token);
                return;
            }
            catch (Exception e) when (e is NebulaKeepException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                last = e is NebulaKeepException ? e : last ?? e;
            }

            if (await Pause.ForAsync(times.Poll, clock, both.Token)) continue;
            cancellationToken.ThrowIfCancellationRequested();
            throw new NebulaKeepException($"{metad} was started and did not answer within {times.MetadReady.TotalSeconds:0} s ({last?.Message}). See its log below {metad.Root}.", last);
        }
    }
}
