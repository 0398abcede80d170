using System.Security.Cryptography;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore.Sealed;

namespace NebulaKeep.ObjectStore.Tests.Sealed;

/// <summary>Seals with keys of their own.</summary>
static class Seals
{
    public const int Chunk = 1 << 10;

    public static readonly Seal Compressed = new(ContentCompression.Zstd, null);

    public static Seal Encrypted(ContentCompression compression = ContentCompression.None, int chunk = Chunk) =>
        new(compression, new SealEncryption(new Secret(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))), chunk));
}
