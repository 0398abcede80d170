using NebulaKeep.Agent.Files;
using NebulaKeep.Agent.Guard;
using NebulaKeep.Core.Checksums;
using NebulaKeep.Core.Transfer;
using NebulaKeep.ObjectStore;
using NebulaKeep.Rpc;

namespace NebulaKeep.Agent.Transfer;

/// <summary>One file on its way from the store to its name.</summary>
sealed class Download(DirectoryGuard guard, IObjectStore store, DownloadItem item, ByteRateLimiter limiter, TargetFolders folders, TransferProgress progress)
{
    const string PartSuffix = ".nebulakeep-part";
    const int BufferSize = 1 << 20;
    const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Fetches the file, or finds it there already with the right content.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var directory = folders.Ensure(Path.GetDirectoryName(item.Target)!);
        using var target = guard.Hold(item.Target) ?? throw new DirectoryNotFoundException($"the directory of {item.Target} went away");
        if (target.Stat() is { } existing) await CheckIdenticalAsync(existing, cancellationToken);
        else await FetchAsync(target, directory, cancellationToken);
    }

    async Task FetchAsync(HeldPath target, FileStat directory, CancellationToken cancellationToken)
    {
        var part = target.Use(reach => reach + PartSuffix);
        try
        {
            await WriteAsync(part, directory, cancellationToken);
            target.Use(reach => Posix.RenameNew(part, reach));
        }
        catch (Exception e)
        {
            File.Delete(part);
            if (target.Explain(e) is { } told) throw told;
            throw;
        }
    }

    async Task WriteAsync(string part, FileStat directory, CancellationToken cancellationToken)
    {
        // Whatever lies there is debris of an agent that died; through a link nothing may be written.
        File.Delete(part);
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, PreallocationSize = item.Size, UnixCreateMode = Mode };
        await using var file = new FileStream(part, create);
        File.SetUnixFileMode(file.SafeFileHandle, Mode);
        Posix.GiveTo(part, directory);
        Check(await CopyAsync(file, cancellationToken));
        file.Flush(flushToDisk: true);
    }

    async Task<FileDigest> CopyAsync(FileStream file, CancellationToken cancellationToken)
    {
        await using var content = new HashingStream(new ThrottledStream(await store.OpenReadAsync(item.Key, null, cancellationToken), limiter));
        var buffer = new byte[BufferSize];
        long total = 0;
        while (await content.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            total += count;
            if (total > item.Size) throw Corrupt($"is longer than the {item.Size} bytes that it had when it was backed up");
            await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            progress.AddBytes(count);
        }

        return content.Digest;
    }

    void Check(FileDigest digest)
    {
        if (digest.Size != item.Size) throw Corrupt($"has {digest.Size} bytes instead of {item.Size}");
        if (item.Sha256 is { } sha && sha != digest.Sha256) throw Corrupt($"has SHA-256 {digest.Sha256} instead of {sha}");
    }

    async Task CheckIdenticalAsync(FileStat existing, CancellationToken cancellationToken)
    {
        if (existing.Kind != FileKind.File || existing.Size != item.Size || item.Sha256 is null) throw Exists();
        using var hasher = new ContentHasher();
        await using var file = SnapshotStream.Open(guard, item.Target, progress.AddBytes);
        var buffer = new byte[BufferSize];
        while (await file.ReadAsync(buffer, cancellationToken) is var count and > 0) hasher.Append(buffer.AsSpan(0, count));
        if (hasher.Current.Sha256 != item.Sha256) throw Exists();
    }

    AgentFailureException Corrupt(string how) =>
        new(GrpcStatusCode.DataLoss, $"{item.Key} in {store.Location} {how}; the backup is damaged: run 'br verify', and restore another one");

    AgentFailureException Exists() =>
        new(GrpcStatusCode.AlreadyExists, $"{item.Target} exists with other content; nothing was overwritten. Set the old data aside first");
}
