namespace NebulaKeep.Operator.Restores;

/// <summary>The reasons in a restore's conditions and events; programs may rely on them.</summary>
static class RestoreReasons
{
    // Why it waits before anything is made.
    public const string ClusterExists = "ClusterExists";
    public const string CrossNamespaceDenied = "CrossNamespaceDenied";
    public const string BackupUnusable = "BackupUnusable";
    public const string StoreUnreachable = "StoreUnreachable";
    public const string NoClusterSpec = "NoClusterSpec";
    public const string ClusterSpecInvalid = "ClusterSpecInvalid";
    public const string NoAgentImage = "NoAgentImage";
    public const string TopologyMismatch = "TopologyMismatch";

    // Why a spec is refused.
    public const string InvalidSpec = "InvalidSpec";

    // How it goes.
    public const string Started = "Started";
    public const string FetchingMeta = "FetchingMeta";
    public const string RestoringMeta = "RestoringMeta";
    public const string MetaUnreachable = "MetaUnreachable";
    public const string TlsRefused = "TLSRefused";
    public const string MetaRestored = "MetaRestored";
    public const string FetchingData = "FetchingData";
    public const string DataFetched = "DataFetched";
    public const string WaitingForCluster = "WaitingForCluster";
    public const string WaitingForLeaders = "WaitingForLeaders";

    // How it ends.
    public const string RestoreComplete = "RestoreComplete";
    public const string FetchFailed = "FetchFailed";
    public const string MetaRestoreFailed = "MetaRestoreFailed";
    public const string DeadlineExceeded = "DeadlineExceeded";
    public const string ClusterDeleted = "ClusterDeleted";
    public const string RemovingCluster = "RemovingCluster";
}
