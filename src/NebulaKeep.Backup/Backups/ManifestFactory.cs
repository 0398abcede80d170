using NebulaKeep.Backup.Manifests;

namespace NebulaKeep.Backup.Backups;

/// <summary>Makes manifests, without files, from what a run learned.</summary>
static class ManifestFactory
{
    /// <summary>The manifest of a run; its chain is the base and what its files refer to.</summary>
    public static BackupManifest Make(RunState run, IEnumerable<ManifestFile> files, DateTimeOffset ended)
    {
        var (server, cluster, claim) = (run.Server!, run.Cluster!, run.Claim!);
        return new BackupManifest
        {
            FormatVersion = BackupManifest.CurrentFormat,
            Name = server.Name.Value,
            Type = claim.Type,
            Mode = claim.Mode,
            Base = claim.Base,
            Chain = [.. files.Select(f => f.In).Append(claim.Base).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Cluster = new ManifestCluster(server.ClusterId, cluster.Topology.Key, [.. cluster.Topology.Metads.Select(m => m.Address.ToString())], cluster.NebulaVersion),
            CreatedBy = run.Request.CreatedBy,
            Created = server.Created,
            Started = run.Started,
            Ended = ended,
            WritesBlocked = new ManifestBlocking((long)Math.Ceiling(run.Blocked.TotalMilliseconds)),
            AllSpaces = server.AllSpaces,
            Spaces = server.Spaces,
            Hosts = run.Hosts ?? server.Hosts(cluster.Topology.Storageds),
            ClusterSpec = run.Request.ClusterSpec,
            Totals = new ManifestTotals(0, 0, 0, 0),
        };
    }
}
