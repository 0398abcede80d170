using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Restores;

/// <summary>
/// The journals of one restore on all hosts, and the point of no return. Before anything old is discarded, every root gets a
/// second, empty journal: its presence anywhere means that the restored data is good and old data may already be gone. So
/// whoever finds journals after a crash knows the direction: with a mark forwards, without one backwards. Either way all
/// hosts end alike.
/// </summary>
sealed class JournalSet(IClusterConnector cluster, string id, IReadOnlyCollection<(HostAddress Agent, string Root)> roots)
{
    const string MarkSuffix = "-committed";

    public string Id => id;

    /// <summary>Something may have been moved aside.</summary>
    public bool Moved { get; private set; }

    /// <summary>Marks may exist.</summary>
    public bool Marked { get; private set; }

    /// <summary>The journals of a restore that another process began.</summary>
    public static JournalSet Found(IClusterConnector cluster, string id, IReadOnlyCollection<(HostAddress Agent, string Root)> roots, bool marked) =>
        new(cluster, id, roots) { Moved = true, Marked = marked };

    /// <summary>The journal id of a restore: unique on its hosts.</summary>
    public static string NewId(BackupName name, DateTimeOffset now) => $"restore-{name}-{now.ToUnixTimeMilliseconds()}";

    /// <summary>The restore that a journal belongs to, and whether the journal is its mark.</summary>
    public static (string Id, bool IsMark) Parse(string journal) =>
        journal.EndsWith(MarkSuffix, StringComparison.Ordinal) ? (journal[..^MarkSuffix.Length], true) : (journal, false);

    /// <summary>Moves old data aside, everywhere at once.</summary>
    public Task SetAsideAsync(IEnumerable<SetAsidePlan> plans, CancellationToken cancellationToken)
    {
        Moved = true;
        return Together.RunAsync(plans, (p, t) => cluster.Agent(p.Agent).SetAsideAsync(id, p.Root, p.Paths, t), cancellationToken);
    }

    /// <summary>Marks every root; until all are marked, going back is still possible.</summary>
    public Task CommitAsync(CancellationToken cancellationToken)
    {
        Marked = true;
        return Together.RunAsync(roots, (r, t) => cluster.Agent(r.Agent).SetAsideAsync(id + MarkSuffix, r.Root, [$"{r.Root}/{id}{MarkSuffix}"], t), cancellationToken);
    }

    /// <summary>Takes marks away again, before anything was discarded.</summary>
    public Task<IReadOnlyList<Exception>> UnmarkAsync(CancellationToken cancellationToken) =>
        Together.TryAllAsync(roots, (r, t) => cluster.Agent(r.Agent).PutBackAsync(id + MarkSuffix, r.Root, t), cancellationToken);

    /// <summary>Puts the old data back everywhere it can.</summary>
    public Task<IReadOnlyList<Exception>> PutBackAsync(CancellationToken cancellationToken) =>
        Together.TryAllAsync(roots, (r, t) => cluster.Agent(r.Agent).PutBackAsync(id, r.Root, t), cancellationToken);

    /// <summary>Removes the old data, then the marks; the marks stay where something could not be removed.</summary>
    public async Task<IReadOnlyList<Exception>> DiscardAsync(CancellationToken cancellationToken)
    {
        var failures = await Together.TryAllAsync(roots, (r, t) => cluster.Agent(r.Agent).DiscardAsync(id, r.Root, t), cancellationToken);
        if (failures.Count > 0) return failures;
        return await Together.TryAllAsync(roots, (r, t) => cluster.Agent(r.Agent).DiscardAsync(id + MarkSuffix, r.Root, t), cancellationToken);
    }
}
