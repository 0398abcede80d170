namespace NebulaKeep.DevCluster.Wal;

/// <summary>What a replica does with its log at the start (spec/cluster-layout.md §4.4).</summary>
public enum LogStart
{
    /// <summary>The log goes on where it ends.</summary>
    Continue,

    /// <summary>The log ends before what the engine holds: it is thrown away and goes on behind the commit mark.</summary>
    Reset,

    /// <summary>Entries between the commit mark and the log are missing: starting would lose them. Real servers abort.</summary>
    Gap,
}

/// <summary>Decides between them.</summary>
public static class LogStarts
{
    /// <param name="committedId">Last entry that the engine holds.</param>
    /// <param name="firstId">First entry of the log; 0: none.</param>
    /// <param name="lastId">Last entry of the log; 0: none.</param>
    public static LogStart Decide(long committedId, long firstId, long lastId) =>
        lastId < committedId ? LogStart.Reset
        : firstId > committedId + 1 ? LogStart.Gap
        : LogStart.Continue;
}
