using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Resuming;

/// <summary>What an interrupted run left in the store.</summary>
/// <param name="Claim">Its claim.</param>
/// <param name="Meta">metad's answer to it.</param>
/// <param name="Manifest">Its manifest, where it had come so far; otherwise null.</param>
sealed record LeftRun(RunClaim Claim, BackupMeta Meta, BackupManifest? Manifest);

/// <summary>Looks for an interrupted run.</summary>
sealed class Leftovers(IObjectStore store)
{
    /// <summary>What is left of a run; the caller holds the lease, so nobody else works on it.</summary>
    /// <exception cref="ResumeRefusedException">There is nothing that could be resumed.</exception>
    public async Task<LeftRun> ReadAsync(BackupName name, ClusterTopology cluster, CancellationToken cancellationToken)
    {
        var manifest = await new ManifestReader(store).ReadAsync(name, cancellationToken);
        var claim = await NameClaim.ReadWholeAsync(store, name, cancellationToken) ?? throw new ResumeRefusedException(manifest is null
            ? $"{store.Location} knows of no unfinished backup {name}. 'br show --storage {store.Location}' lists what there is."
            : $"{name} is complete: there is nothing to resume.");
        if (claim.ClusterKey != cluster.Key) throw new ResumeRefusedException($"{name} is a backup of another cluster, or the cluster's hosts have changed since it began; it cannot be resumed. 'br cleanup --name {name}' removes what is left of it.");
        var meta = await UpstreamMeta.ReadRunningAsync(store, name, cancellationToken)
            ?? throw new ResumeRefusedException($"{name} was interrupted before anything was sent. 'br cleanup --name {name}' removes what is left of it; then make a new backup.");
        return meta.BackupName == name.Value ? new LeftRun(claim, meta, manifest) : throw new ManifestException($"{BackupLayout.RunningMeta(name)} is for another backup.");
    }
}

/// <summary>A run cannot be resumed; nothing was changed.</summary>
public sealed class ResumeRefusedException(string message) : NebulaKeepException(message);
