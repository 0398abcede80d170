using NebulaKeep.RocksDb;

namespace NebulaKeep.Backup.Verification.Deep;

/// <summary>Opens the database of a checkpoint as storaged would, reads all of it and looks up its partitions.</summary>
static class DatabaseReader
{
    /// <summary>Reads a database; changes nothing in it.</summary>
    /// <exception cref="RocksDbException">It cannot be opened, or a block of it is damaged.</exception>
    public static DatabaseSeen Read(string directory, CancellationToken cancellationToken)
    {
        using var database = RocksDatabase.OpenReadOnly(directory, RocksOptions.ForVerification);
        var entries = database.VerifyChecksums(cancellationToken);
        var (partitions, commits) = (new HashSet<int>(), new Dictionary<int, long>());
        using var cursor = database.ScanPrefix([StorageSystemKeys.Type]);
        while (cursor.MoveNext())
            if (StorageSystemKeys.TryParsePart(cursor.Key, out var partition)) partitions.Add(partition);
            else if (StorageSystemKeys.TryParseCommit(cursor.Key, cursor.Value, out partition, out var logId)) commits[partition] = logId;
        return new DatabaseSeen(entries, partitions, commits);
    }
}
