using Google.Protobuf;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Backup.Restores;

/// <summary>Lets all agents fetch at once. Each file gets its name only after its digest was right, so nothing is half there.</summary>
sealed class Downloader(IClusterConnector cluster, Store store, TransferMeter meter)
{
    /// <summary>Files in one request: about half a megabyte of names.</summary>
    const int Batch = 2000;

    /// <summary>Fetches everything; one failing agent stops the others.</summary>
    public Task DownloadAsync(IReadOnlyList<DownloadPlan> plans, int concurrency, CancellationToken cancellationToken) =>
        Together.RunAsync(plans, (p, t) => DownloadAsync(p, concurrency, t), cancellationToken);

    async Task DownloadAsync(DownloadPlan plan, int concurrency, CancellationToken cancellationToken)
    {
        var (totalFiles, totalBytes) = ((long)plan.Items.Count, plan.Items.Sum(i => i.Size));
        long files = 0, bytes = 0;
        foreach (var batch in plan.Items.Chunk(Batch))
        {
            await foreach (var happened in cluster.Agent(plan.Agent).DownloadAsync(Request(batch, concurrency), cancellationToken))
            {
                if (happened.Progress is { } p) meter.Report(plan.Agent, files + p.FilesDone, totalFiles, bytes + p.BytesDone, totalBytes);
                if (happened.Summary is { } summary) Check(plan.Agent, batch, summary);
            }

            files += batch.Length;
            bytes += batch.Sum(i => i.Size);
            meter.Report(plan.Agent, files, totalFiles, bytes, totalBytes);
        }
    }

    DownloadRequest Request(IEnumerable<DownloadItem> items, int concurrency)
    {
        var request = new DownloadRequest { Store = store, Concurrency = concurrency };
        request.Items.AddRange(items.Select(i => new DownloadRequest.Types.Item
        {
            Key = i.Key,
            Target = i.Target,
            Size = i.Size,
            Sha256 = i.Sha256 is null ? ByteString.Empty : ByteString.CopyFrom(Convert.FromHexString(i.Sha256)),
        }));
        return request;
    }

    static void Check(HostAddress agent, DownloadItem[] batch, Summary summary)
    {
        if (summary.Files != batch.Length || summary.Bytes != batch.Sum(i => i.Size))
            throw new NebulaKeepException($"Agent {agent} says it fetched {summary.Files} files of {summary.Bytes} bytes; {batch.Length} files of {batch.Sum(i => i.Size)} bytes were asked for.");
    }
}
