using System.Buffers.Binary;

namespace NebulaKeep.DevCluster.Codec;

/// <summary>Which partition a vertex id belongs to (spec/row-format.md §5). The caller of storaged decides this, storaged does not check it.</summary>
public static class VidHash
{
    const ulong Seed = 0xc70f6907;
    const ulong Multiplier = 0xc6a4a7935bd1e995;
    const int Shift = 47;
    const int UnhashedLength = 8;

    /// <summary>The partition, 1 to <paramref name="partitionCount"/>, of an unpadded string vid or of an INT64 vid's eight bytes.</summary>
    public static int PartitionOf(ReadOnlySpan<byte> vid, int partitionCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partitionCount, 1);
        // Ids of exactly eight bytes are taken as numbers, whatever their type.
        var hash = vid.Length == UnhashedLength ? BinaryPrimitives.ReadUInt64LittleEndian(vid) : Murmur(UpToZero(vid));
        return (int)(hash % (ulong)partitionCount) + 1;
    }

    /// <summary>The partition of an INT64 vid.</summary>
    public static int PartitionOf(long vid, int partitionCount)
    {
        Span<byte> bytes = stackalloc byte[UnhashedLength];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, vid);
        return PartitionOf(bytes, partitionCount);
    }

    /// <summary>MurmurHash2-64A with upstream's seed.</summary>
    public static ulong Murmur(ReadOnlySpan<byte> bytes)
    {
        var hash = Seed ^ unchecked((ulong)bytes.Length * Multiplier);
        for (; bytes.Length >= 8; bytes = bytes[8..])
            hash = unchecked((hash ^ Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes))) * Multiplier);
        if (bytes.Length > 0) hash = unchecked((hash ^ Tail(bytes)) * Multiplier);
        hash ^= hash >> Shift;
        hash = unchecked(hash * Multiplier);
        return hash ^ (hash >> Shift);
    }

    static ulong Mix(ulong block)
    {
        block = unchecked(block * Multiplier);
        block ^= block >> Shift;
        return unchecked(block * Multiplier);
    }

    static ulong Tail(ReadOnlySpan<byte> bytes)
    {
        var tail = 0UL;
        for (var i = 0; i < bytes.Length; i++) tail |= (ulong)bytes[i] << (8 * i);
        return tail;
    }

    static ReadOnlySpan<byte> UpToZero(ReadOnlySpan<byte> vid) => vid.IndexOf((byte)0) is >= 0 and var end ? vid[..end] : vid;
}
