using NebulaKeep.Core.Checksums;

namespace NebulaKeep.Core.Transfer;

/// <summary>
/// Hashes what is read or written through it, so that a file is read once for both its transfer and its digest.
/// Forward only. Disposes the inner stream.
/// </summary>
public sealed class HashingStream(Stream inner) : ForwardStream(inner)
{
    readonly ContentHasher hasher = new();

    /// <summary>The digest of the bytes that passed so far.</summary>
    public FileDigest Digest => hasher.Current;

    /// <inheritdoc/>
    protected override ValueTask PassedAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        hasher.Append(bytes.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) hasher.Dispose();
        base.Dispose(disposing);
    }
}
