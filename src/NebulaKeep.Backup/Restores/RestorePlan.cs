using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Restores;

/// <summary>Everything that a restore will do, decided before anything is changed.</summary>
public sealed record RestorePlan
{
    /// <summary>The backup.</summary>
    public required BackupName Name { get; init; }

    /// <summary>Who takes whose place.</summary>
    public required IReadOnlyList<PairedHost> Pairs { get; init; }

    /// <summary>What is moved aside: one entry for each root of each host.</summary>
    public required IReadOnlyList<SetAsidePlan> SetAside { get; init; }

    /// <summary>What each agent fetches.</summary>
    public required IReadOnlyList<DownloadPlan> Downloads { get; init; }

    /// <summary>For each metad the local paths of the tables that it ingests.</summary>
    public required IReadOnlyList<MetaPlan> Metas { get; init; }

    /// <summary>Bytes of all downloads.</summary>
    public long Bytes => Downloads.Sum(d => d.Items.Sum(i => i.Size));

    /// <summary>Files of all downloads.</summary>
    public long Files => Downloads.Sum(d => (long)d.Items.Count);
}

/// <summary>Paths below one daemon root that are moved aside together.</summary>
/// <param name="Agent">Who moves them.</param>
/// <param name="Root">The root; the journal lies in it.</param>
/// <param name="Paths">Absolute paths. A missing one is journaled too, so that rolling back removes what came to lie there.</param>
public sealed record SetAsidePlan(HostAddress Agent, string Root, IReadOnlyList<string> Paths);

/// <summary>What one agent fetches.</summary>
public sealed record DownloadPlan(HostAddress Agent, IReadOnlyList<DownloadItem> Items);

/// <summary>One file to fetch.</summary>
/// <param name="Key">Object in the store.</param>
/// <param name="Target">Absolute file name on the agent's host.</param>
/// <param name="Volume">The data path that it goes to, for the disk space check.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal digits; null where unknown.</param>
public sealed record DownloadItem(string Key, string Target, string Volume, long Size, string? Sha256);

/// <summary>The tables that one metad ingests.</summary>
public sealed record MetaPlan(Daemon Metad, IReadOnlyList<string> Files);
