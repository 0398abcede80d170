namespace NebulaKeep.DevCluster.Storage.Replication;

/// <summary>A place in a log.</summary>
/// <param name="Id">Id of an entry; 0: before the first.</param>
/// <param name="Term">Term of that entry.</param>
readonly record struct LogPosition(long Id, long Term);
