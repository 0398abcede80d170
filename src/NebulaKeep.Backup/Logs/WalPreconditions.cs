using NebulaKeep.Backup.Sharing;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.Backup.Logs;

/// <summary>What must hold for an incremental from the log before writes are blocked.</summary>
sealed class WalPreconditions(IMetaClient meta, TimeProvider clock)
{
    const string Instead = "Use '--mode share', which has no such condition.";

    /// <summary>Clocks of metad and of this machine may differ by this.</summary>
    static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(1);

    /// <summary>Sees that the base is fit and that nothing since bypassed the log.</summary>
    /// <exception cref="BaseRefusedException">It is not.</exception>
    public async Task CheckAsync(BaseBackup found, ClusterTopology cluster, TimeSpan walTtl, CancellationToken cancellationToken)
    {
        var age = clock.GetUtcNow() - found.Manifest.Started;
        if (age >= walTtl) throw Refuse(found, $"it is {age.TotalHours:0.#} hours old, and raft logs are kept for {walTtl.TotalHours:0.#} (wal_ttl): some of what followed it may be gone");
        if (!found.Manifest.AllSpaces) throw Refuse(found, "it holds selected spaces only");
        if (found.Files.FirstOrDefault(f => ReplicaLogs.IsLog(f.Path) && f.Log is null) is { } unknown) throw Refuse(found, $"its {unknown.Path} is not a whole log file, or was not looked at when it was backed up");
        RefuseOtherPaths(found, cluster);
        await CheckJobsAsync(found, cancellationToken);
    }

    /// <summary>INGEST and data balance write behind the log's back; metad keeps its jobs for a week.</summary>
    /// <exception cref="BaseRefusedException">One ran since the base.</exception>
    public async Task CheckJobsAsync(BaseBackup found, CancellationToken cancellationToken)
    {
        var since = (found.Manifest.Created - ClockDifference).ToUnixTimeSeconds();
        foreach (var space in await meta.ListSpacesAsync(cancellationToken))
        {
            var jobs = await meta.RunAdminJobAsync(new AdminJobReq { SpaceId = space.Id.SpaceId ?? 0, Op = JobOp.SHOW_All }, cancellationToken);
            foreach (var job in jobs.JobDesc ?? [])
                if (job.Type is JobType.INGEST or JobType.DATA_BALANCE or JobType.ZONE_BALANCE && (job.StartTime >= since || job.StopTime >= since || job.Status is JobStatus.QUEUE or JobStatus.RUNNING))
                    throw Refuse(found, $"job {job.JobId} ({job.Type}) of space {space.Name} ran since, and what it did is not in the log");
        }
    }

    static void RefuseOtherPaths(BaseBackup found, ClusterTopology cluster)
    {
        foreach (var host in found.Manifest.Hosts.Where(h => h.Checkpoints.Count > 0))
            if (cluster.Storageds.FirstOrDefault(s => s.Address.ToString() == host.Address) is not { } daemon || !host.DataPaths.ToHashSet().SetEquals(daemon.DataPaths))
                throw Refuse(found, $"storaged {host.Address} is gone or has other data paths since");
    }

    static BaseRefusedException Refuse(BaseBackup found, string why) => new($"The log since {found.Name} cannot make a backup: {why}. {Instead}");
}
