using System.Buffers.Binary;

namespace NebulaKeep.DevCluster.Storage.Catalog;

/// <summary>The file that ties a storaged to its cluster: eight bytes, little endian (spec/cluster-layout.md §1.1).</summary>
sealed class ClusterIdFile(string path)
{
    /// <summary>The id; 0 where there is no file.</summary>
    /// <exception cref="StorageException">The file is something else.</exception>
    public long Read()
    {
        if (!File.Exists(path)) return 0;
        if (new FileInfo(path).Length != sizeof(long)) throw new StorageException($"{path} is no cluster id: it must have {sizeof(long)} bytes");
        return BinaryPrimitives.ReadInt64LittleEndian(File.ReadAllBytes(path));
    }

    /// <summary>Writes the id, whole or not at all.</summary>
    public void Write(long id)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, id);
        File.WriteAllBytes(path + ".new", bytes);
        File.Move(path + ".new", path, overwrite: true);
    }
}
