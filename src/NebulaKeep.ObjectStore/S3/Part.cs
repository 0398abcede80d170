using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using NebulaKeep.ObjectStore.Streams;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>A piece of a content in memory, with the MD5 that S3 checks it by. Owns the piece.</summary>
[SuppressMessage("Security", "CA5351", Justification = "Content-MD5 and entity tags are MD5 in S3's protocol; the manifest's SHA-256 protects the data.")]
sealed class Part(int number, Chunk chunk) : IDisposable
{
    public int Number => number;

    public int Length => chunk.Length;

    public bool IsLast => chunk.IsLast;

    public byte[] Md5 { get; } = MD5.HashData(chunk.Bytes.Span);

    /// <summary>A new stream for each try.</summary>
    public Stream Open() => chunk.Open();

    public void Dispose() => chunk.Dispose();
}
