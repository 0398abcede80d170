using NebulaKeep.Core;

namespace NebulaKeep.ObjectStore.Sealed;

/// <summary>All that is needed to read and write the objects of a sealed root. It travels from br to the agents over mTLS.</summary>
/// <param name="Compression">Of every object.</param>
/// <param name="Encryption">Null: contents are not encrypted.</param>
public sealed record Seal(ContentCompression Compression, SealEncryption? Encryption);

/// <summary>AES-256-GCM in chunks.</summary>
/// <param name="RootKey">32 bytes in Base64, from which every object's key comes.</param>
/// <param name="ChunkBytes">Bytes of content in a chunk.</param>
public sealed record SealEncryption(Secret RootKey, int ChunkBytes)
{
    /// <summary>Bytes of the root's key.</summary>
    public const int KeyBytes = 32;

    /// <summary>Chunks of new roots.</summary>
    public const int DefaultChunkBytes = 64 << 10;

    /// <summary>Whether a root may have chunks of this size: enough to be worth a tag, few enough for memory.</summary>
    public static bool IsChunkSize(int bytes) => bytes is >= 1 << 10 and <= 1 << 20;
}
