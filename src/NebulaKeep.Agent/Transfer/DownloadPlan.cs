using NebulaKeep.Agent.Files;
using NebulaKeep.Core;
using NebulaKeep.Rpc;

namespace NebulaKeep.Agent.Transfer;

/// <summary>What must hold before the first byte is fetched.</summary>
static class DownloadPlan
{
    /// <exception cref="AgentFailureException">A target is named twice, or a file system is too small.</exception>
    public static void Check(IReadOnlyCollection<DownloadItem> items)
    {
        var targets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (item.Size < 0) throw new AgentFailureException(GrpcStatusCode.InvalidArgument, $"{item.Target} would have a negative size");
            if (!targets.Add(item.Target)) throw new AgentFailureException(GrpcStatusCode.InvalidArgument, $"{item.Target} is named twice");
        }

        CheckSpace(items);
    }

    static void CheckSpace(IEnumerable<DownloadItem> items)
    {
        foreach (var volume in items.GroupBy(item => Volumes.Of(item.Target), Volume.SameDevice))
        {
            var needed = volume.Where(item => Posix.Stat(item.Target) is null).Sum(item => item.Size);
            if (needed > volume.Key.FreeBytes)
                throw new AgentFailureException(GrpcStatusCode.ResourceExhausted, $"{volume.Key.Path} has {ByteSize.Format(volume.Key.FreeBytes)} free, {ByteSize.Format(needed)} are needed");
        }
    }
}
