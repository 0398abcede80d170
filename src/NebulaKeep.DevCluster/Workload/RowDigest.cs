using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NebulaKeep.DevCluster.Workload;

/// <summary>
/// A checksum of a set of rows that does not depend on their order: the sum of the rows' SHA-256 as 256-bit numbers, so that equal rows do
/// not cancel each other out.
/// </summary>
sealed class RowDigest
{
    readonly ulong[] sum = new ulong[4];

    /// <summary>How many rows there are.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a row.</summary>
    public void Add(string row)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(row), hash);
        ulong carry = 0;
        for (var i = 0; i < sum.Length; i++)
        {
            var total = (UInt128)sum[i] + BinaryPrimitives.ReadUInt64LittleEndian(hash[(i * 8)..]) + carry;
            (sum[i], carry) = ((ulong)total, (ulong)(total >> 64));
        }
        Count++;
    }

    /// <summary>The checksum in hexadecimal digits.</summary>
    public override string ToString() => string.Concat(sum.Reverse().Select(part => part.ToString("x16")));
}
