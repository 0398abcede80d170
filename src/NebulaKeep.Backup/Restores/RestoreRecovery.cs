using System.Collections.Concurrent;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Backup.Restores;

/// <summary>
/// Finishes restores whose br was killed, by the journals on the hosts. It needs no metad, which may be stopped. Without a
/// mark the old data goes back; with one the restored data was good and the rest of the old data is removed. In the end all
/// daemons run, also where br was killed before it had moved anything: a restore stops them before its first journal.
/// </summary>
public sealed class RestoreRecovery(IClusterConnector cluster, RestoreTimes times, TimeProvider clock, IBackupObserver observer)
{
    readonly StepRunner steps = new(clock, observer);
    readonly RollBack back = new(new Daemons(cluster, times), _ => Task.CompletedTask);

    /// <summary>Finishes everything that is open on the hosts of these agents, newest first.</summary>
    /// <param name="agents">All agents of the cluster.</param>
    /// <param name="forward">Keep the restored data even without a mark.</param>
    /// <param name="cancellationToken">Ends the work between steps; repeat it then.</param>
    /// <returns>What was done, one entry for each restore; empty where no journal was open.</returns>
    /// <exception cref="NebulaKeepException">Something could not be done; it can be repeated.</exception>
    public async Task<IReadOnlyList<RecoveredRestore>> RunAsync(IReadOnlyCollection<HostAddress> agents, bool forward, CancellationToken cancellationToken)
    {
        var hosts = await steps.RunAsync("looking for journals", () => LookAsync(agents, cancellationToken));
        var placed = hosts.SelectMany(h => h.Daemons).OrderByDescending(d => d.Role == Role.Graph).ThenByDescending(d => d.Role == Role.Storage).ToList();
        var done = new List<RecoveredRestore>();
        foreach (var restore in Open(hosts).OrderByDescending(r => r.Id, StringComparer.Ordinal))
            done.Add(await RecoverAsync(restore, placed, forward, cancellationToken));
        Require(await steps.RunAsync("starting what is stopped", () => back.StartAsync(placed, cancellationToken)));
        return done;
    }

    async Task<IReadOnlyCollection<Host>> LookAsync(IReadOnlyCollection<HostAddress> agents, CancellationToken cancellationToken)
    {
        var hosts = new ConcurrentBag<Host>();
        await Together.RunAsync(agents, LookAtAsync, cancellationToken);
        return hosts;

        async Task LookAtAsync(HostAddress agent, CancellationToken token)
        {
            var about = await cluster.Agent(agent).DescribeAsync(token);
            var journals = await cluster.Agent(agent).ListJournalsAsync(about.Services.Select(s => s.Root).Distinct(), token);
            hosts.Add(new Host(agent, [.. about.Services.Select(s => new PlacedDaemon(agent, s.Role, s.Root, new HostAddress(s.Host, s.Port)))], [.. journals.Journals]));
        }
    }

    static IEnumerable<OpenRestore> Open(IReadOnlyCollection<Host> hosts) =>
        hosts.SelectMany(h => h.Journals.Select(j => (h.Agent, j.Root, Parsed: JournalSet.Parse(j.JournalId))))
            .GroupBy(j => j.Parsed.Id, StringComparer.Ordinal)
            .Select(g => new OpenRestore(g.Key, [.. g.Select(j => (j.Agent, j.Root)).Distinct()], g.Any(j => j.Parsed.IsMark)));

    async Task<RecoveredRestore> RecoverAsync(OpenRestore restore, IReadOnlyList<PlacedDaemon> placed, bool forward, CancellationToken cancellationToken)
    {
        var journals = JournalSet.Found(cluster, restore.Id, restore.Roots, marked: false);
        if (restore.IsMarked || forward)
        {
            var failures = await steps.RunAsync("removing the old data", () => journals.DiscardAsync(cancellationToken));
            Require([.. failures.Select(f => f.Message)]);
            return new RecoveredRestore(restore.Id, KeptRestored: true);
        }

        Require(await steps.RunAsync("putting the old data back", () => back.RunAsync(journals, placed, cancellationToken)));
        return new RecoveredRestore(restore.Id, KeptRestored: false);
    }

    static void Require(IReadOnlyList<string> problems)
    {
        if (problems.Count > 0) throw new NebulaKeepException($"{string.Join(" ", problems)} Repeat 'br restore rollback' when that is mended.");
    }

    sealed record Host(HostAddress Agent, IReadOnlyList<PlacedDaemon> Daemons, IReadOnlyList<ListJournalsResponse.Types.Journal> Journals);

    sealed record OpenRestore(string Id, IReadOnlyList<(HostAddress Agent, string Root)> Roots, bool IsMarked);
}

/// <summary>A restore that was finished.</summary>
/// <param name="Journal">Its journal id, which holds the backup's name.</param>
/// <param name="KeptRestored">True: the restored data stays; false: the old data is back.</param>
public sealed record RecoveredRestore(string Journal, bool KeptRestored);
