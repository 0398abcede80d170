using System.Buffers.Binary;

namespace NebulaKeep.DevCluster.Codec;

/// <summary>How far a partition's log has been applied to its engine: value of <see cref="StorageKeys.Commit"/> (spec/cluster-layout.md §5.2).</summary>
/// <param name="LogId">Id of the last applied entry; 0: none.</param>
/// <param name="Term">Term of that entry.</param>
public readonly record struct CommitMark(long LogId, long Term)
{
    const int Length = 16;

    /// <summary>The stored bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, LogId);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Term);
        return bytes;
    }

    /// <summary>Reads the stored bytes; nothing stored is (0, 0).</summary>
    /// <exception cref="FormatException">Not 16 bytes.</exception>
    public static CommitMark Parse(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        0 => default,
        Length => new CommitMark(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..])),
        _ => throw new FormatException($"A commit mark has {Length} bytes, this one has {bytes.Length}"),
    };
}
