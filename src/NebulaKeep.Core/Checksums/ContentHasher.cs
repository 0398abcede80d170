using System.Security.Cryptography;

namespace NebulaKeep.Core.Checksums;

/// <summary>Computes size, SHA-256 and CRC-32C of a content in one pass. Not safe for concurrent use.</summary>
public sealed class ContentHasher : IDisposable
{
    readonly IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    Crc32C crc;
    long size;

    /// <summary>Adds the next bytes of the content.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        sha.AppendData(bytes);
        crc.Append(bytes);
        size += bytes.Length;
    }

    /// <summary>The digest of what was appended so far; more can be appended afterwards.</summary>
    public FileDigest Current => new(size, Convert.ToHexStringLower(sha.GetCurrentHash()), crc.Value);

    /// <inheritdoc/>
    public void Dispose() => sha.Dispose();
}
