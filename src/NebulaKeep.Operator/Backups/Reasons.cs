namespace NebulaKeep.Operator.Backups;

/// <summary>The reasons in conditions and events; programs may rely on them.</summary>
static class Reasons
{
    // Why a backup waits.
    public const string ClusterNotFound = "ClusterNotFound";
    public const string ClusterNotReady = "ClusterNotReady";
    public const string BackupDisabled = "BackupDisabled";
    public const string CrossNamespaceDenied = "CrossNamespaceDenied";
    public const string TlsInconsistent = "TlsInconsistent";
    public const string SecretNotFound = "SecretNotFound";
    public const string SecretKeyMissing = "SecretKeyMissing";
    public const string WaitingForBackup = "WaitingForBackup";
    public const string JobNameTaken = "JobNameTaken";

    // Why a spec is refused.
    public const string InvalidSpec = "InvalidSpec";
    public const string SpecChanged = "SpecChanged";
    public const string Valid = "Valid";

    // A condition, which is there only where it is false, and its reason.
    public const string ClientCertificate = "ClientCertificate";
    public const string NoClientCertificate = "NoClientCertificate";

    // How it goes and ends.
    public const string JobCreated = "JobCreated";
    public const string BackupComplete = "BackupComplete";
    public const string BackupFailed = "BackupFailed";
    public const string DeadlineExceeded = "DeadlineExceeded";
    public const string JobDeleted = "JobDeleted";
    public const string NameUnknown = "NameUnknown";
    public const string Cancelled = "Cancelled";

    // Removing the data.
    public const string Cleaning = "Cleaning";
    public const string Cleaned = "Cleaned";
    public const string CleanFailed = "CleanFailed";
    public const string CleanAbandoned = "CleanAbandoned";
}
