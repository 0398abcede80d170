using NebulaKeep.Agent.Files;
using NebulaKeep.Core.Checksums;
using NebulaKeep.Rpc;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Agent.Transfer;

/// <summary>What a caller knows of a file whose bytes the store may hold already.</summary>
/// <param name="Size">Bytes; a file of another size is another file.</param>
/// <param name="Inode">0: unknown.</param>
/// <param name="MtimeNanos">Since the epoch.</param>
/// <param name="Sha256">Digests of files of this size in the store; the first is that of the file with this inode and time.</param>
sealed record KnownFile(long Size, ulong Inode, long MtimeNanos, IReadOnlyList<string> Sha256)
{
    const int Sha256Length = 32;
    const int BufferSize = 1 << 20;

    /// <exception cref="AgentFailureException">It names no digest, or something that is none.</exception>
    public static KnownFile Of(UploadRequest.Types.Known known) =>
        known.Sha256.Count > 0 && known.Sha256.All(sha => sha.Length == Sha256Length)
            ? new KnownFile(known.Size, known.Inode, known.MtimeNanos, [.. known.Sha256.Select(sha => Convert.ToHexStringLower(sha.Span))])
            : throw new AgentFailureException(GrpcStatusCode.InvalidArgument, $"what is known of {known.Path} holds no SHA-256 of {Sha256Length} bytes");

    /// <summary>The file is the very one that was read before: the same hard link, untouched since.</summary>
    public bool IsSame(FileStat stat) => Inode != 0 && (stat.Size, stat.Inode, stat.MtimeNanos) == (Size, Inode, MtimeNanos);

    /// <summary>Reads the file if its size is right; its digest if that is known, else null.</summary>
    public async Task<FileDigest?> MatchAsync(SnapshotStream file, CancellationToken cancellationToken)
    {
        if (file.Length != Size) return null;
        using var hasher = new ContentHasher();
        var buffer = new byte[(int)Math.Clamp(Size, 1, BufferSize)];
        while (await file.ReadAsync(buffer, cancellationToken) is var count and > 0) hasher.Append(buffer.AsSpan(0, count));
        return Sha256.Contains(hasher.Current.Sha256, StringComparer.Ordinal) ? hasher.Current : null;
    }
}
