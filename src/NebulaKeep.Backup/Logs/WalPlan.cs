using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Manifests;

namespace NebulaKeep.Backup.Logs;

/// <summary>What an incremental in mode wal consists of.</summary>
/// <param name="Uploads">What agents send: metad's tables, the sources' log files, whole checkpoints of new spaces.</param>
/// <param name="Shared">Entries for files of the base.</param>
/// <param name="Copies">Which replicas get which sent log file.</param>
/// <param name="Hosts">The hosts for the manifest: known spaces as the base had them.</param>
sealed record WalPlan(IReadOnlyList<AgentUpload> Uploads, IReadOnlyList<ManifestFile> Shared, IReadOnlyList<LogCopy> Copies, IReadOnlyList<ManifestHost> Hosts)
{
    /// <summary>The list of files for the manifest.</summary>
    /// <param name="sent">What the agents sent or kept.</param>
    public IReadOnlyCollection<ManifestFile> Assemble(IReadOnlyCollection<ManifestFile> sent)
    {
        var sources = Copies.Select(c => c.From).ToHashSet(StringComparer.Ordinal);
        var byPath = sent.ToDictionary(f => f.Path, StringComparer.Ordinal);
        return [.. sent.Where(f => !sources.Contains(f.Path)), .. Shared, .. Copies.Select(c => Copy(byPath[c.From], c.To))];
    }

    static ManifestFile Copy(ManifestFile file, string path) => file with { Path = path, At = (file.At ?? file.Path) is var at && at != path ? at : null };
}

/// <summary>A log file that a replica gets.</summary>
/// <param name="From">Path under which the leader's agent sends it.</param>
/// <param name="To">Path of the replica's file.</param>
sealed record LogCopy(string From, string To);
