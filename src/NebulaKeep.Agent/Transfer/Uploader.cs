using System.Threading.Channels;
using Google.Protobuf;
using NebulaKeep.Agent.Guard;
using NebulaKeep.Core.Transfer;
using NebulaKeep.ObjectStore;
using NebulaKeep.Rpc;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Agent.Transfer;

/// <summary>
/// Sends files to a store: each is read once, hashed and limited on its way, and its event comes only after the store
/// confirmed it. A file whose bytes the caller knows is kept instead. The first failure ends all. Trying again is the store's business.
/// </summary>
sealed class Uploader(DirectoryGuard guard, ByteRateLimiter limiter, TimeProvider clock)
{
    /// <summary>More files in flight only make disks seek.</summary>
    public const int MaxConcurrency = 64;

    /// <summary>The events of an upload; the store stays the caller's.</summary>
    public async IAsyncEnumerable<UploadEvent> RunAsync(
        IObjectStore store, IReadOnlyList<UploadSource> sources, int concurrency, bool alwaysHash, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var items = await Task.Run(() => Plan(sources), cancellationToken);
        var progress = new TransferProgress(items.Count, items.Sum(item => item.File.Stat.Size));
        var upload = new Upload(guard, store, limiter, progress, alwaysHash);
        var events = EventStream.RunAsync<UploadEvent>(
            (writer, token) => upload.SendAllAsync(items, concurrency, writer, token), () => new UploadEvent { Progress = progress.Current() }, clock, cancellationToken);
        await foreach (var e in events) yield return e;
        yield return new UploadEvent { Summary = progress.Summary() };
    }

    /// <summary>Sends one file under a key of its own.</summary>
    public async Task<FileResult> SendFileAsync(IObjectStore store, string path, string key, CancellationToken cancellationToken)
    {
        using var held = guard.Hold(path);
        var stat = held?.Stat() ?? throw new AgentFailureException(GrpcStatusCode.NotFound, $"the file {path} does not exist");
        var file = new ListedFile(Path.GetDirectoryName(path)!, Path.GetFileName(path), stat);
        return await new Upload(guard, store, limiter, new TransferProgress(1, stat.Size), alwaysHash: true).SendAsync(new UploadItem(key, file), cancellationToken);
    }

    List<UploadItem> Plan(IReadOnlyList<UploadSource> sources)
    {
        var items = sources.SelectMany(source => source.Items(guard)).ToList();
        var twice = items.GroupBy(item => item.Key, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any());
        return twice is null ? items : throw new AgentFailureException(GrpcStatusCode.InvalidArgument, $"two files would be stored as {twice.Key}");
    }

    /// <summary>One upload under way.</summary>
    sealed class Upload(DirectoryGuard guard, IObjectStore store, ByteRateLimiter limiter, TransferProgress progress, bool alwaysHash)
    {
        public Task SendAllAsync(IEnumerable<UploadItem> items, int concurrency, ChannelWriter<UploadEvent> events, CancellationToken cancellationToken) =>
            Parallel.ForEachAsync(
                items,
                new ParallelOptions { MaxDegreeOfParallelism = Math.Clamp(concurrency, 1, MaxConcurrency), CancellationToken = cancellationToken },
                async (item, token) =>
                {
                    var result = await KeepAsync(item, token) ?? await SendAsync(item, token);
                    progress.AddFile();
                    await events.WriteAsync(new UploadEvent { File = result }, token);
                });

        public async Task<FileResult> SendAsync(UploadItem item, CancellationToken cancellationToken)
        {
            var file = SnapshotStream.Open(guard, item.File.FullPath, progress.AddBytes);
            await using var content = new HashingStream(new ThrottledStream(file, limiter));
            var stored = await store.PutAsync(item.Key, content, PutCondition.Overwrite, cancellationToken);
            var digest = content.Digest;
            if (digest.Size != file.Stat.Size || stored.Size != digest.Size)
                throw new AgentFailureException(GrpcStatusCode.DataLoss, $"{item.File.FullPath} has {file.Stat.Size} bytes, {digest.Size} were read and {store.Location} holds {stored.Size} as {item.Key}");
            var result = Result(item, file.Stat, digest.Sha256);
            (result.Crc32C, result.Etag, result.Log) = (digest.Crc32C, stored.ETag ?? "", RaftLogs.Read(guard, item.File));
            return result;
        }

        /// <summary>The result of a file that need not be sent; null for one that must be.</summary>
        async Task<FileResult?> KeepAsync(UploadItem item, CancellationToken cancellationToken)
        {
            if (item.Known is not { } known) return null;
            await using var file = SnapshotStream.Open(guard, item.File.FullPath, passed: _ => { });
            var unread = !alwaysHash && known.IsSame(file.Stat);
            var digest = unread ? null : await known.MatchAsync(file, cancellationToken);
            if (!unread && digest is null) return null;
            progress.AddBytes(file.Length);
            var result = Result(item, file.Stat, digest?.Sha256 ?? known.Sha256[0]);
            (result.Crc32C, result.Kept) = (digest?.Crc32C ?? 0, true);
            return result;
        }

        static FileResult Result(UploadItem item, Files.FileStat stat, string sha256) => new()
        {
            Key = item.Key,
            Directory = item.File.Directory,
            Path = item.File.Path,
            Size = stat.Size,
            Sha256 = ByteString.CopyFrom(Convert.FromHexString(sha256)),
            Inode = stat.Inode,
            MtimeNanos = stat.MtimeNanos,
        };
    }
}
