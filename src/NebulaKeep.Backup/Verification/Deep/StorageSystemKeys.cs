using System.Buffers.Binary;

namespace NebulaKeep.Backup.Verification.Deep;

/// <summary>The keys that storaged keeps for itself in an engine (spec/cluster-layout.md §5.2).</summary>
static class StorageSystemKeys
{
    const int KeyLength = 8;
    const int CommitValueLength = 16;
    const uint CommitSubtype = 1;
    const uint PartSubtype = 2;

    /// <summary>The first byte of all of them.</summary>
    public const byte Type = 4;

    /// <summary>True for a partition's commit mark; gives the last committed log id.</summary>
    public static bool TryParseCommit(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, out int partition, out long logId)
    {
        logId = 0;
        if (!TryParse(key, CommitSubtype, out partition) || value.Length != CommitValueLength) return false;
        logId = BinaryPrimitives.ReadInt64LittleEndian(value);
        return true;
    }

    /// <summary>True for the mark of a partition that lives in the engine.</summary>
    public static bool TryParsePart(ReadOnlySpan<byte> key, out int partition) => TryParse(key, PartSubtype, out partition);

    static bool TryParse(ReadOnlySpan<byte> key, uint subtype, out int partition)
    {
        partition = 0;
        if (key.Length != KeyLength || key[0] != Type || BinaryPrimitives.ReadUInt32LittleEndian(key[4..]) != subtype) return false;
        partition = BinaryPrimitives.ReadInt32LittleEndian(key) >>> 8;
        return true;
    }
}
