using NebulaKeep.Backup.Restores;

namespace NebulaKeep.Operator.Restores;

/// <summary>Looks at a backup in its store before anything is made for its restore.</summary>
interface IBackupLooker
{
    /// <summary>The backup, if it is whole: every object that it lists is there with its size. Of its files only metad's tables are handed on.</summary>
    /// <exception cref="Core.NebulaKeepException">It is not whole, or cannot be looked at; the message says why, and shows no secret.</exception>
    Task<BackupContents> LookAsync(RestoreObject restore, CancellationToken cancellation);
}
