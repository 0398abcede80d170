using System.Security.Cryptography;
using NebulaKeep.Core.Checksums;

namespace NebulaKeep.Testing.Stores.Gcs;

/// <summary>An object: small ones in memory, large ones in a file.</summary>
public sealed record GcsEntry
{
    /// <summary>The whole key.</summary>
    public required string Name { get; init; }

    /// <summary>Another for each time that the object is written.</summary>
    public long Generation { get; init; }

    /// <summary>When it was written.</summary>
    public DateTimeOffset Updated { get; init; }

    /// <summary>The uploader's metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The uploader's word for what it is.</summary>
    public string ContentType { get; init; } = "application/octet-stream";

    /// <summary>The bytes.</summary>
    public required GcsContentData Content { get; init; }
}

/// <summary>Bytes with their checksums. In a file where <paramref name="File"/> is not null.</summary>
/// <param name="Bytes">The content, where it is in memory.</param>
/// <param name="File">Its file.</param>
/// <param name="Size">Length.</param>
/// <param name="Crc32C">Base64, most significant byte first.</param>
/// <param name="Md5">Base64.</param>
public sealed record GcsContentData(byte[]? Bytes, string? File, long Size, string Crc32C, string Md5)
{
    /// <summary>A content in memory.</summary>
    public static GcsContentData Of(byte[] bytes)
    {
        using var sums = new Sums();
        sums.Add(bytes);
        return new GcsContentData(bytes, null, bytes.Length, sums.Crc32C, sums.Md5);
    }

    /// <summary>A content in a file, which this owns from now on.</summary>
    public static async Task<GcsContentData> OfFileAsync(string file)
    {
        using var sums = new Sums();
        var buffer = new byte[1 << 20];
        await using var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.Read);
        for (int count; (count = await stream.ReadAsync(buffer)) > 0;) sums.Add(buffer.AsSpan(0, count));
        return new GcsContentData(null, file, stream.Length, sums.Crc32C, sums.Md5);
    }

    /// <summary>Lets the bytes go.</summary>
    public void Delete()
    {
        if (File is not null) System.IO.File.Delete(File);
    }

    sealed class Sums : IDisposable
    {
        readonly IncrementalHash md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        Crc32C crc;

        public string Crc32C
        {
            get
            {
                var bytes = BitConverter.GetBytes(crc.Value);
                Array.Reverse(bytes);
                return Convert.ToBase64String(bytes);
            }
        }

        public string Md5 => Convert.ToBase64String(md5.GetHashAndReset());

        public void Add(ReadOnlySpan<byte> bytes)
        {
            crc.Append(bytes);
            md5.AppendData(bytes);
        }

        public void Dispose() => md5.Dispose();
    }
}
