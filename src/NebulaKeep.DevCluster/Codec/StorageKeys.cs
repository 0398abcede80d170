using System.Buffers.Binary;

namespace NebulaKeep.DevCluster.Codec;

/// <summary>Builds the keys of a storage engine (spec/row-format.md §4, spec/cluster-layout.md §5). Vids come unpadded.</summary>
public static class StorageKeys
{
    const int ItemLength = 4;
    const int IdLength = 4;
    const int RankLength = 8;
    const byte EdgePlaceholder = 1;
    const uint CommitSubtype = 1;
    const uint PartSubtype = 2;

    /// <summary>The key under which every engine keeps the version of its data.</summary>
    public static ReadOnlySpan<byte> DataVersion => [0xFF, 0xFF, 0xFF, 0xFF];

    /// <summary>The version of the data that 3.x servers write.</summary>
    public static ReadOnlySpan<byte> DataVersionValue => "3.0"u8;

    /// <summary>First four bytes of a key: type and partition. Also the prefix of all keys of that type in the partition.</summary>
    public static byte[] Item(KeyType type, int partition) => Start(ItemLength, type, partition);

    /// <summary>Key of a vertex's row of a tag.</summary>
    /// <exception cref="VidTooLongException">The vid does not fit.</exception>
    public static byte[] Tag(int partition, ReadOnlySpan<byte> vid, int vidLength, int tagId)
    {
        var key = Start(TagLength(vidLength), KeyType.Tag, partition);
        PutVid(key.AsSpan(ItemLength, vidLength), vid);
        BinaryPrimitives.WriteInt32LittleEndian(key.AsSpan(ItemLength + vidLength), tagId);
        return key;
    }

    /// <summary>Prefix of all tag rows of a vertex.</summary>
    /// <exception cref="VidTooLongException">The vid does not fit.</exception>
    public static byte[] TagsOf(int partition, ReadOnlySpan<byte> vid, int vidLength) => VidPrefix(KeyType.Tag, partition, vid, vidLength);

    /// <summary>Prefix of all edges, out and in, that are stored with a vertex.</summary>
    /// <exception cref="VidTooLongException">The vid does not fit.</exception>
    public static byte[] EdgesOf(int partition, ReadOnlySpan<byte> vid, int vidLength) => VidPrefix(KeyType.Edge, partition, vid, vidLength);

    /// <summary>Key of one direction of an edge; a negative type is the in-edge.</summary>
    /// <exception cref="VidTooLongException">A vid does not fit.</exception>
    public static byte[] Edge(int partition, ReadOnlySpan<byte> source, int edgeType, long rank, ReadOnlySpan<byte> destination, int vidLength)
    {
        var key = Start(EdgeLength(vidLength), KeyType.Edge, partition);
        var rest = key.AsSpan(ItemLength);
        PutVid(rest[..vidLength], source);
        rest = rest[vidLength..];
        BinaryPrimitives.WriteInt32LittleEndian(rest, edgeType);
        // Flipped sign and big endian: ranks sort by number.
        BinaryPrimitives.WriteInt64BigEndian(rest[IdLength..], rank ^ long.MinValue);
        rest = rest[(IdLength + RankLength)..];
        PutVid(rest[..vidLength], destination);
        rest[vidLength] = EdgePlaceholder;
        return key;
    }

    /// <summary>Key of an entry of the key-value interface.</summary>
    public static byte[] KeyValue(int partition, ReadOnlySpan<byte> userKey)
    {
        var key = Start(ItemLength + userKey.Length, KeyType.KeyValue, partition);
        userKey.CopyTo(key.AsSpan(ItemLength));
        return key;
    }

    /// <summary>Key of the partition's commit mark (<see cref="CommitMark"/>).</summary>
    public static byte[] Commit(int partition) => SystemKey(partition, CommitSubtype);

    /// <summary>Key whose existence says that the partition lives in this engine.</summary>
    public static byte[] PartMarker(int partition) => SystemKey(partition, PartSubtype);

    /// <summary>True for a partition marker; gives the partition.</summary>
    public static bool TryParsePartMarker(ReadOnlySpan<byte> key, out int partition)
    {
        partition = key.Length >= ItemLength ? PartitionOf(key) : 0;
        return key.Length == ItemLength + IdLength && key[0] == (byte)KeyType.System
            && BinaryPrimitives.ReadUInt32LittleEndian(key[ItemLength..]) == PartSubtype;
    }

    /// <summary>True for a tag key of this vid length; gives its parts.</summary>
    public static bool TryParseTag(ReadOnlySpan<byte> key, int vidLength, out ParsedTagKey tag)
    {
        tag = default;
        if (key.Length != TagLength(vidLength) || key[0] != (byte)KeyType.Tag) return false;
        tag = new ParsedTagKey(PartitionOf(key), key.Slice(ItemLength, vidLength).ToArray(),
            BinaryPrimitives.ReadInt32LittleEndian(key[(ItemLength + vidLength)..]));
        return true;
    }

    /// <summary>True for an edge key of this vid length; gives its parts.</summary>
    public static bool TryParseEdge(ReadOnlySpan<byte> key, int vidLength, out ParsedEdgeKey edge)
    {
        edge = default;
        if (key.Length != EdgeLength(vidLength) || key[0] != (byte)KeyType.Edge || key[^1] != EdgePlaceholder) return false;
        var rest = key[(ItemLength + vidLength)..];
        edge = new ParsedEdgeKey(PartitionOf(key), key.Slice(ItemLength, vidLength).ToArray(), BinaryPrimitives.ReadInt32LittleEndian(rest),
            BinaryPrimitives.ReadInt64BigEndian(rest[IdLength..]) ^ long.MinValue,
            rest.Slice(IdLength + RankLength, vidLength).ToArray());
        return true;
    }

    static int TagLength(int vidLength) => ItemLength + vidLength + IdLength;

    static int EdgeLength(int vidLength) => ItemLength + (2 * vidLength) + IdLength + RankLength + 1;

    static int PartitionOf(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadInt32LittleEndian(key) >>> 8;

    static byte[] Start(int length, KeyType type, int partition)
    {
        var key = new byte[length];
        BinaryPrimitives.WriteInt32LittleEndian(key, (partition << 8) | (byte)type);
        return key;
    }

    static byte[] SystemKey(int partition, uint subtype)
    {
        var key = Start(ItemLength + IdLength, KeyType.System, partition);
        BinaryPrimitives.WriteUInt32LittleEndian(key.AsSpan(ItemLength), subtype);
        return key;
    }

    static byte[] VidPrefix(KeyType type, int partition, ReadOnlySpan<byte> vid, int vidLength)
    {
        var key = Start(ItemLength + vidLength, type, partition);
        PutVid(key.AsSpan(ItemLength), vid);
        return key;
    }

    static void PutVid(Span<byte> place, ReadOnlySpan<byte> vid)
    {
        if (vid.Length > place.Length) throw new VidTooLongException(vid.Length, place.Length);
        vid.CopyTo(place);
    }
}
