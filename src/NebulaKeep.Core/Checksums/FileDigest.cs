namespace NebulaKeep.Core.Checksums;

/// <summary>What is known of a file's content.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
/// <param name="Crc32C">CRC-32C of the whole content.</param>
public readonly record struct FileDigest(long Size, string Sha256, uint Crc32C);
