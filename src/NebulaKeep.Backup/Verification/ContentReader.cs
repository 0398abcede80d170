using System.Globalization;
using NebulaKeep.Core.Checksums;
using NebulaKeep.Core.Transfer;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Verification;

/// <summary>Reads single objects and compares them with what was stored.</summary>
sealed class ContentReader(IObjectStore store)
{
    const int BufferLength = 1 << 18;

    /// <summary>Reads an object to its end.</summary>
    /// <param name="one">What it should be.</param>
    /// <param name="sink">Gets what comes, right or wrong.</param>
    /// <returns>What is wrong with it, or null.</returns>
    /// <exception cref="ObjectStoreException">The store cannot be used: that says nothing about the backup.</exception>
    public async Task<Finding?> ReadAsync(ExpectedObject one, Stream sink, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = new HashingStream(await store.OpenReadAsync(one.Key, null, cancellationToken));
            await content.CopyToAsync(sink, BufferLength, cancellationToken);
            return Compare(one, content.Digest);
        }
        catch (ObjectStoreException e) when (KindOf(e.Failure) is { } kind)
        {
            return one.Found(kind, e.Message);
        }
    }

    static Finding? Compare(ExpectedObject one, FileDigest digest)
    {
        if (one.Size is { } size && digest.Size != size) return one.Found(FindingKind.WrongSize, $"has {digest.Size} bytes instead of {size}");
        if (one.Sha256 is { } sha && digest.Sha256 != sha) return one.Found(FindingKind.WrongContent, $"has another content than was stored (SHA-256 {digest.Sha256} instead of {sha})");
        if (one.Crc32C is { } crc && digest.Crc32C.ToString("x8", CultureInfo.InvariantCulture) != crc) return one.Found(FindingKind.WrongContent, $"has another CRC-32C than the manifest says, with the right SHA-256: the manifest was changed");
        return null;
    }

    // Anything else is a failure of the way to the store, and no proof of damage.
    static FindingKind? KindOf(StoreFailure failure) => failure switch
    {
        StoreFailure.NotFound => FindingKind.Missing,
        StoreFailure.ChecksumMismatch => FindingKind.WrongContent,
        StoreFailure.Other => FindingKind.Unreadable,
        _ => null,
    };
}
