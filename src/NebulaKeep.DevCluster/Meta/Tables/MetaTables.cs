namespace NebulaKeep.DevCluster.Meta.Tables;

/// <summary>The tables of metad's store: each name is the ASCII prefix of its keys (spec/cluster-layout.md §6).</summary>
static class MetaTables
{
    public const string Spaces = "__spaces__";
    public const string Parts = "__parts__";
    public const string Tags = "__tags__";
    public const string Edges = "__edges__";
    public const string Indexes = "__indexes__";
    public const string IndexStatus = "__index_status__";
    public const string Roles = "__roles__";
    public const string Stats = "__stats__";
    public const string LocalIds = "__local_id__";
    public const string DiskParts = "__disk_parts__";
    public const string Users = "__users__";
    public const string Machines = "__machines__";
    public const string Configs = "__configs__";
    public const string Groups = "__groups__";
    public const string Zones = "__zones__";
    public const string Sessions = "__sessions__";
    public const string Id = "__id__";
    public const string LastUpdateTime = "__last_update_time__";
    public const string Index = "__index__";
    public const string Hosts = "__hosts__";
    public const string HostDirs = "__host_dirs__";
    public const string Versions = "__versions__";
    public const string Snapshots = "__snapshots__";
    public const string LeaderTerms = "__leader_terms__";
    public const string Jobs = "__job_mgr__";
    public const string ClusterId = "__meta_cluster_id_key__";
    public const string MetaVersion = "__meta_version__";

    /// <summary>V3_4, the version of the tables that NebulaGraph 3.8.0 writes and sends in heartbeat replies.</summary>
    public const int CurrentMetaVersion = 4;

    /// <summary>The tables whose rows belong to a space, in the order in which metad exported them (observed with NebulaGraph 3.8.0).</summary>
    public static readonly IReadOnlyList<string> ExportedPerSpace =
        [DiskParts, LocalIds, Spaces, Tags, Indexes, Roles, Edges, IndexStatus, Parts, Stats];

    /// <summary>The tables that only a backup of all spaces contains (spec/backup-flow.md §2.5).</summary>
    public static readonly IReadOnlyList<string> ExportedWithAllSpaces = [Sessions, Configs, Machines, Zones, Groups, Users];

    /// <summary>The tables that every backup contains whole; <see cref="Index"/> comes besides, by space.</summary>
    public static readonly IReadOnlyList<string> ExportedAlways = [LastUpdateTime, Id];
}
