using NebulaKeep.DevCluster.Codec;
using NebulaKeep.RocksDb;

namespace NebulaKeep.DevCluster.Storage.Engine;

/// <summary>One RocksDB: a space on one data path, with the partitions placed there (spec/cluster-layout.md §1.3).</summary>
sealed class SpaceEngine : IDisposable
{
    const int PartitionPrefixLength = 4;
    readonly SortedSet<int> partitions = [];

    SpaceEngine(int spaceId, string root, RocksDatabase database)
    {
        (SpaceId, Root, Database) = (spaceId, root, database);
        using var markers = database.ScanPrefix([(byte)KeyType.System]);
        while (markers.MoveNext())
            if (StorageKeys.TryParsePartMarker(markers.Key, out var partition))
                partitions.Add(partition);
    }

    public int SpaceId { get; }

    /// <summary><c>&lt;data path&gt;/nebula/&lt;space&gt;</c>.</summary>
    public string Root { get; }

    public RocksDatabase Database { get; }

    /// <summary>Partitions whose marker is in this engine.</summary>
    public IReadOnlyCollection<int> Partitions => partitions;

    /// <summary>Where the engines of a data path are.</summary>
    public static string RootOf(string dataPath, int spaceId) => Path.Combine(dataPath, "nebula", spaceId.ToString("D"));

    /// <summary>Opens the engine, or makes it; a new one gets the version of its data.</summary>
    /// <param name="dataPath">One of the data paths.</param>
    /// <param name="spaceId">The space.</param>
    /// <param name="vidLength">Bytes of a vid in keys.</param>
    /// <param name="options">Compression and sizes.</param>
    public static SpaceEngine Open(string dataPath, int spaceId, int vidLength, RocksOptions options)
    {
        var root = RootOf(dataPath, spaceId);
        var data = Path.Combine(root, "data");
        Directory.CreateDirectory(data);
        var database = RocksDatabase.Open(data, options with { PrefixLength = PartitionPrefixLength + vidLength });
        if (database.Get(StorageKeys.DataVersion) is null) database.Put(StorageKeys.DataVersion, StorageKeys.DataVersionValue);
        return new SpaceEngine(spaceId, root, database);
    }

    /// <summary>Places a partition here.</summary>
    public void AddPartition(int partition)
    {
        if (partitions.Add(partition)) Database.Put(StorageKeys.PartMarker(partition), []);
    }

    /// <summary>Takes the marker of a partition away; its data stays until the directory goes, as upstream has it.</summary>
    public void RemovePartition(int partition)
    {
        if (partitions.Remove(partition)) Database.Delete(StorageKeys.PartMarker(partition));
    }

    /// <summary>Where a checkpoint of this name lies.</summary>
    public string CheckpointPath(string name) => Path.Combine(Root, "checkpoints", name);

    /// <summary>Copies the data into the checkpoint; an earlier one of that name is replaced (spec/backup-flow.md §2.3).</summary>
    public void CheckpointData(string name)
    {
        var data = Path.Combine(CheckpointPath(name), "data");
        Directory.CreateDirectory(CheckpointPath(name));
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
        Database.CreateCheckpoint(data);
    }

    /// <inheritdoc/>
    public void Dispose() => Database.Dispose();
}
