using System.Buffers.Binary;
using System.Numerics;

namespace NebulaKeep.Core.Checksums;

/// <summary>CRC-32C (Castagnoli), the checksum of Google Cloud Storage, of S3's CRC32C header and of the manifest.</summary>
public struct Crc32C
{
    uint state;
    bool started;

    /// <summary>The checksum of what was appended so far; 0 for nothing.</summary>
    public readonly uint Value => started ? ~state : 0;

    /// <summary>Adds bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        var crc = started ? state : uint.MaxValue;
        started = true;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        state = crc;
    }

    /// <summary>The checksum of one piece.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32C();
        crc.Append(bytes);
        return crc.Value;
    }
}
