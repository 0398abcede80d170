using System.Collections.Concurrent;
using Google.Protobuf;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Resuming;
using NebulaKeep.Backup.Sharing;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Backup.Backups;

/// <summary>
/// Lets all agents send at once and collects what they sent. One failing agent stops the others. Each agent lists its files
/// first and is then told, a few thousand at a time, what the store may hold of them: no request grows with the host.
/// </summary>
sealed class Uploader(IClusterConnector cluster, Store store, TransferMeter meter, UploadOptions options)
{
    /// <summary>Files in one request.</summary>
    const int Batch = 2000;

    /// <summary>Sends everything of a plan that is not known.</summary>
    /// <returns>One entry for each file, as its agent read it and the store confirmed it.</returns>
    public async Task<IReadOnlyCollection<ManifestFile>> UploadAsync(BackupName name, IReadOnlyList<AgentUpload> plan, CancellationToken cancellationToken)
    {
        var files = new ConcurrentQueue<ManifestFile>();
        await Together.RunAsync(plan, (upload, token) => UploadAsync(name, upload, files, token), cancellationToken);
        return files;
    }

    async Task UploadAsync(BackupName name, AgentUpload upload, ConcurrentQueue<ManifestFile> files, CancellationToken cancellationToken)
    {
        var listed = await ListAsync(upload, cancellationToken);
        var (totalFiles, totalBytes) = ((long)listed.Count, listed.Sum(f => f.Size));
        var results = new AgentResults(name, upload, options.Known);
        foreach (var batch in listed.Chunk(Batch))
        {
            var (filesBefore, bytesBefore) = (results.Files, results.Bytes);
            await foreach (var happened in cluster.Agent(upload.Agent).UploadAsync(Request(name, batch), cancellationToken))
            {
                if (happened.File is { } file) files.Enqueue(await AcceptAsync(results, file, cancellationToken));
                if (happened.Progress is { } p) meter.Report(upload.Agent, filesBefore + p.FilesDone, totalFiles, bytesBefore + p.BytesDone, Math.Max(totalBytes, bytesBefore + p.BytesDone));
                if (happened.Summary is { } s) Check(upload.Agent, s, results.Files - filesBefore, results.Bytes - bytesBefore);
            }
        }

        results.CheckWhole();
        meter.Report(upload.Agent, results.Files, results.Files, results.Bytes, results.Bytes);
    }

    async Task<ManifestFile> AcceptAsync(AgentResults results, FileResult result, CancellationToken cancellationToken)
    {
        var file = results.Accept(result);
        if (file.In is null) await options.Journal.AddAsync(new SentFile(file, result.Etag.Length == 0 ? null : result.Etag), cancellationToken);
        return file;
    }

    async Task<List<ListedFile>> ListAsync(AgentUpload upload, CancellationToken cancellationToken)
    {
        var sources = upload.Sources.GroupBy(s => s.Directory).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var files = new List<ListedFile>();
        await foreach (var found in cluster.Agent(upload.Agent).InventoryAsync(sources.Keys, cancellationToken))
        {
            if (!sources.TryGetValue(found.Directory, out var source)) throw new NebulaKeepException($"Agent {upload.Agent} listed {found.Directory}, which it was not asked for.");
            if (!source.OnlyRequired || source.Required.Contains(found.Path)) files.Add(new ListedFile(source, found.Path, found.Size));
        }

        return files;
    }

    UploadRequest Request(BackupName name, IEnumerable<ListedFile> files)
    {
        var request = new UploadRequest { Store = store, Concurrency = options.Concurrency, AlwaysHash = options.AlwaysHash };
        foreach (var group in files.GroupBy(f => f.Source))
        {
            var message = new UploadRequest.Types.Source { Directory = group.Key.Directory, KeyPrefix = group.Key.KeyPrefix, Only = { group.Select(f => f.Path) } };
            var folder = group.Key.KeyPrefix[BackupLayout.Prefix(name).Length..];
            message.Known.AddRange(group.Select(f => Known(f, options.Known.Offer($"{folder}/{f.Path}", f.Size))).OfType<UploadRequest.Types.Known>());
            request.Sources.Add(message);
        }

        return request;
    }

    static UploadRequest.Types.Known? Known(ListedFile file, KnownOffer? offer) => offer is null ? null : new()
    {
        Path = file.Path,
        Size = file.Size,
        Inode = offer.Inode,
        MtimeNanos = offer.MtimeNanos,
        Sha256 = { offer.Sha256.Select(sha => ByteString.CopyFrom(Convert.FromHexString(sha))) },
    };

    static void Check(HostAddress agent, Summary summary, long files, long bytes)
    {
        if (summary.Files != files || summary.Bytes != bytes) throw new NebulaKeepException($"Agent {agent} sums up {summary.Files} files of {summary.Bytes} bytes after reporting {files} of {bytes}.");
    }

    sealed record ListedFile(UploadSource Source, string Path, long Size);
}

/// <summary>How an upload goes.</summary>
/// <param name="Concurrency">Files in flight at each agent.</param>
/// <param name="AlwaysHash">Inodes prove nothing.</param>
/// <param name="Known">What need not be sent.</param>
/// <param name="Journal">Where sent files are written down.</param>
sealed record UploadOptions(int Concurrency, bool AlwaysHash, KnownFiles Known, SentJournal Journal);
