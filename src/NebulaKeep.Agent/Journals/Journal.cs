using NebulaKeep.Rpc;
using NebulaKeep.Rpc.AgentV1;
using Phase = NebulaKeep.Rpc.AgentV1.ListJournalsResponse.Types.Phase;

namespace NebulaKeep.Agent.Journals;

/// <summary>
/// What one restore moved aside below one root, in a file that is written before anything moves. Every call can be cut at
/// any step and repeated. Only what the journal names is ever removed.
/// </summary>
/// <param name="movable">Throws for a path that the agent may not move: what a journal says is not believed blindly.</param>
sealed class Journal(IMoveDisk disk, Func<string, string> movable, string root, string id)
{
    /// <summary>The folder of the journals in a daemon's root.</summary>
    public const string Folder = ".nebulakeep";

    readonly string file = $"{root}/{Folder}/restore-{id}.journal";

    /// <summary>The moves, in the order they were made, and how far the journal has come; null where it does not exist.</summary>
    public (IReadOnlyList<Move> Moves, Phase Phase)? Describe() =>
        Entries() is { Count: > 0 } entries ? (Moves(entries), PhaseOf(entries)) : null;

    /// <summary>Moves paths aside that are not yet.</summary>
    /// <exception cref="AgentFailureException">The journal is being ended, or a path was set aside and neither it nor its old data exists.</exception>
    public IReadOnlyList<Move> SetAside(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var entries = Entries();
        if (PhaseOf(entries) != Phase.SetAside) throw Refused("is being ended already; nothing more can be set aside with it");
        var known = entries.ToDictionary(entry => entry.From!, StringComparer.Ordinal);
        var wanted = paths.Distinct(StringComparer.Ordinal).ToList();
        CheckApart([.. known.Keys, .. wanted]);
        foreach (var path in wanted)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (known.TryGetValue(path, out var entry)) Finish(entry);
            else Begin(path);
        }

        return Moves(Entries());
    }

    /// <summary>Brings the old data back and ends the journal.</summary>
    /// <exception cref="AgentFailureException">The old data is being removed already.</exception>
    public IReadOnlyList<Move> PutBack()
    {
        var entries = Entries();
        if (entries.Count == 0) return [];
        if (PhaseOf(entries) == Phase.Discarding) throw Refused("is being discarded: parts of the old data are gone. Repeat Discard to end it");
        if (PhaseOf(entries) == Phase.SetAside) Mark(JournalAction.PutBack);
        foreach (var entry in entries.Reverse()) PutBack(entry);
        disk.Remove(file);
        return Moves(entries);
    }

    /// <summary>Removes the old data and ends the journal.</summary>
    /// <exception cref="AgentFailureException">The journal is being played back already.</exception>
    public IReadOnlyList<Move> Discard()
    {
        var entries = Entries();
        if (entries.Count == 0) return [];
        if (PhaseOf(entries) == Phase.PuttingBack) throw Refused("is being put back: its old data is the data now. Repeat PutBack to end it");
        if (PhaseOf(entries) == Phase.SetAside) Mark(JournalAction.Discard);
        foreach (var entry in entries.Where(entry => entry.Action == JournalAction.Move)) disk.Remove(entry.To!);
        disk.Remove(file);
        return Moves(entries);
    }

    string Aside(string path) => $"{path}_old_{id}";

    /// <summary>A path inside another moves with it: then neither could be found again after a crash.</summary>
    void CheckApart(HashSet<string> paths)
    {
        foreach (var path in paths)
        {
            if (path.EndsWith(Aside(""), StringComparison.Ordinal)) throw Invalid($"{path} is a name for what this journal sets aside");
            for (var above = Path.GetDirectoryName(path); above is { Length: > 1 }; above = Path.GetDirectoryName(above))
            {
                if (paths.Contains(above)) throw Invalid($"{path} lies in {above}, which is set aside as a whole");
            }
        }
    }

    void Begin(string path)
    {
        if (!disk.Exists(path))
        {
            disk.Append(file, new JournalEntry(JournalAction.Absent, path).ToLine());
            return;
        }

        var aside = Aside(path);
        if (disk.Exists(aside)) throw new AgentFailureException(GrpcStatusCode.AlreadyExists, $"{aside} exists and no journal says why; look at it, and remove or rename it");
        disk.Append(file, new JournalEntry(JournalAction.Move, path, aside).ToLine());
        disk.Rename(path, aside);
    }

    /// <summary>A move that was journaled before: it happened, or the agent died right before it.</summary>
    void Finish(JournalEntry entry)
    {
        if (entry.Action == JournalAction.Absent || disk.Exists(entry.To!)) return;
        if (!disk.Exists(entry.From!)) throw new AgentFailureException(GrpcStatusCode.DataLoss, $"neither {entry.From} nor {entry.To} exists, although the journal {file} names them");
        disk.Rename(entry.From!, entry.To!);
    }

    /// <summary>What took the place goes only where the old data is there to come back, or where the journal says that there was none.</summary>
    void PutBack(JournalEntry entry)
    {
        if (entry.Action == JournalAction.Absent)
        {
            disk.Remove(entry.From!);
        }
        else if (entry.Action == JournalAction.Move && disk.Exists(entry.To!))
        {
            disk.Remove(entry.From!);
            disk.Rename(entry.To!, entry.From!);
        }
    }

    void Mark(JournalAction action) => disk.Append(file, new JournalEntry(action).ToLine());

    IReadOnlyList<JournalEntry> Entries() => [.. disk.Read(file).Select(EntryOf)];

    JournalEntry EntryOf(string line)
    {
        var entry = JournalEntry.Parse(line) ?? throw Damaged("holds a line that is no entry");
        if (entry.Action == JournalAction.Move && entry.To != Aside(entry.From!)) throw Damaged("names a place that no journal uses");
        if (entry.From is { } from && movable(from) != from) throw Damaged("names a path that is not plain");
        return entry;
    }

    AgentFailureException Damaged(string how) => new(GrpcStatusCode.DataLoss, $"the journal {file} {how}; nothing was moved or removed");

    static AgentFailureException Invalid(string message) => new(GrpcStatusCode.InvalidArgument, message);

    AgentFailureException Refused(string why) => new(GrpcStatusCode.FailedPrecondition, $"the journal {id} in {root} {why}");

    static Phase PhaseOf(IReadOnlyList<JournalEntry> entries) => entries.Count == 0 ? Phase.SetAside : entries[^1].Action switch
    {
        JournalAction.PutBack => Phase.PuttingBack,
        JournalAction.Discard => Phase.Discarding,
        _ => Phase.SetAside,
    };

    static Move[] Moves(IEnumerable<JournalEntry> entries) =>
        [.. entries.Where(entry => entry.From is not null).Select(entry => new Move { From = entry.From, To = entry.To ?? "" })];
}
