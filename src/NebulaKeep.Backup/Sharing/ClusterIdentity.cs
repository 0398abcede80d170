using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Topology;

namespace NebulaKeep.Backup.Sharing;

/// <summary>Whether a backup is of this cluster, for servers that tell no cluster id.</summary>
static class ClusterIdentity
{
    /// <summary>A metad has stayed, or at least half of the storageds have: hosts may have come and gone since.</summary>
    public static bool IsSame(BackupManifest backup, ClusterTopology now)
    {
        if (backup.Cluster.Key == now.Key) return true;
        if (backup.Cluster.Metads.Intersect(now.Metads.Select(m => m.Address.ToString()), StringComparer.Ordinal).Any()) return true;
        var shared = backup.Hosts.Select(h => h.Address).Intersect(now.Storageds.Select(s => s.Address.ToString()), StringComparer.Ordinal).Count();
        return shared > 0 && shared * 2 >= Math.Max(backup.Hosts.Count, now.Storageds.Count);
    }
}
