using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.Backup.Logs;

/// <summary>The log that one replica gets: files of its own base, then files of the source.</summary>
/// <param name="Kept">Files of the base.</param>
/// <param name="Added">Files of the source.</param>
sealed record LogChain(IReadOnlyList<LogFile> Kept, IReadOnlyList<LogFile> Added)
{
    /// <summary>Followers' commit marks lag behind their leader's by one entry, sometimes two (observed).</summary>
    const int MostLag = 2;

    /// <summary>All files in order.</summary>
    public IReadOnlyList<LogFile> Files => [.. Kept, .. Added];

    /// <summary>Joins the log of a replica in the base with the source's.</summary>
    /// <returns>The chain, or why there is none.</returns>
    public static (LogChain? Chain, string? Problem) Join(IReadOnlyList<LogFile> own, IReadOnlyList<LogFile> source)
    {
        if (FindBreak(own) is { } broken) return (null, $"the log in the base {broken}");
        if (FindBreak(source) is { } cut) return (null, $"the leader's log {cut}");
        var end = own[^1].Range!;
        var added = source.Where(f => f.Range!.Last > end.Last).ToList();
        if (added.Count == 0) return source[^1].Range!.Last >= end.Last ? (new LogChain(own, []), null) : (null, $"the leader's log ends with {source[^1].Range!.Last}, the base already had {end.Last}");
        var first = added[0].Range!;
        if (first.First > end.Last + 1) return (null, $"entries {end.Last + 1} to {first.First - 1} are missing between the base and the leader's log");
        if (first.First <= end.Last && !Agrees(first, end)) return (null, $"entry {end.Last} may have been replaced since the base (term {end.LastTerm} there, {first.FirstTerm} to {first.LastTerm} now)");
        return (new LogChain([.. own.TakeWhile(f => f.Range!.First < first.First)], added), null);
    }

    /// <summary>Why a log cannot be replayed; null where its files are whole and their ids follow each other.</summary>
    public static string? FindBreak(IReadOnlyList<LogFile> files)
    {
        if (files.Count == 0) return "is empty";
        if (files.FirstOrDefault(f => f.Range is null) is { } unknown) return $"has the file {unknown.Name}, which is cut or damaged, or of which nothing is known";
        for (var i = 1; i < files.Count; i++)
        {
            var (before, after) = (files[i - 1].Range!, files[i].Range!);
            if (after.First > before.Last + 1) return $"has a gap: {files[i - 1].Name} ends with entry {before.Last}, {files[i].Name} follows";
            if (after.Last < before.Last || after.FirstTerm < before.FirstTerm) return $"goes back from {files[i - 1].Name} to {files[i].Name}";
        }

        return null;
    }

    /// <summary>True where a log reaches back to every replica's commit mark.</summary>
    /// <param name="first">The chain's first entry.</param>
    /// <param name="from">The leader's commit mark in the data.</param>
    public static bool ReachesBack(long first, long from) => first == 1 || first <= from - MostLag;

    // Where a file holds several terms, that of an entry inside is not known: then in doubt no.
    static bool Agrees(LogRange file, LogRange end) => file.FirstTerm == file.LastTerm && file.FirstTerm == end.LastTerm;
}
