using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Sharing;

/// <summary>Finds the base of an incremental and sees that it can be built on, before writes are blocked.</summary>
sealed class BaseFinder(IObjectStore store, IBackupObserver observer)
{
    readonly ManifestReader manifests = new(store);

    /// <summary>The base with all that its chain is known to hold.</summary>
    /// <exception cref="BaseRefusedException">It does not exist, is not whole, or is of another cluster.</exception>
    public async Task<BaseBackup> FindAsync(BackupName? wanted, ClusterTopology cluster, CancellationToken cancellationToken)
    {
        if (wanted is null) return await FindNewestAsync(cluster, cancellationToken);
        var manifest = await ReadAsync(wanted.Value, cancellationToken);
        if (!ClusterIdentity.IsSame(manifest, cluster)) throw OtherCluster(manifest, cluster);
        return await CheckAsync(manifest, cancellationToken);
    }

    /// <summary>Sees, once the run's claim stands, that nothing that it may refer to is being removed.</summary>
    /// <exception cref="BaseRefusedException">A backup of the chain has lost its manifest since.</exception>
    public async Task SeeStillThereAsync(BaseBackup found, CancellationToken cancellationToken)
    {
        foreach (var name in found.MustExist)
            if (await store.StatAsync(BackupLayout.Manifest(name), cancellationToken) is null)
                throw new BaseRefusedException($"{name} was removed while this backup began. Run it again, with another base.");
    }

    async Task<BaseBackup> FindNewestAsync(ClusterTopology cluster, CancellationToken cancellationToken)
    {
        var names = new List<BackupName>();
        await foreach (var folder in store.ListFoldersAsync("", cancellationToken))
            if (BackupName.TryParse(folder, out var name))
                names.Add(name);
        foreach (var name in names.OrderDescending())
            if (await TryAsync(name, cluster, cancellationToken) is { } found)
                return found;
        throw new BaseRefusedException($"{store.Location} holds no complete backup of this cluster that this program made. Make one with 'br backup full' first.");
    }

    async Task<BaseBackup?> TryAsync(BackupName name, ClusterTopology cluster, CancellationToken cancellationToken)
    {
        try
        {
            if (await manifests.ReadAsync(name, cancellationToken) is not { } manifest || !ClusterIdentity.IsSame(manifest, cluster)) return null;
            if (manifest.AllSpaces) return await CheckAsync(manifest, cancellationToken);
        }
        catch (Exception e) when (e is ManifestException or BaseRefusedException)
        {
            observer.Notice($"{name} is not taken as base: {e.Message}");
        }

        return null;
    }

    async Task<BackupManifest> ReadAsync(BackupName name, CancellationToken cancellationToken)
    {
        try
        {
            return await manifests.ReadAsync(name, cancellationToken) ?? throw await WithoutManifestAsync(name, cancellationToken);
        }
        catch (ManifestException e)
        {
            throw Damaged(name, e.Message, e);
        }
    }

    async Task<BaseRefusedException> WithoutManifestAsync(BackupName name, CancellationToken cancellationToken)
    {
        if (await NameClaim.ReadAsync(store, name, cancellationToken) is { } holder)
            return new BaseRefusedException($"The base {name} is not complete: {holder.Program} on {holder.Machine} (process {holder.Process}) writes it, or was killed while it did.");
        if (await store.StatAsync(BackupLayout.MetaFile(name), cancellationToken) is not null)
            return new BaseRefusedException($"The base {name} has no manifest: nebula-br made it, so what it holds is not known. Make a full backup with this program and build on that.");
        return new BaseRefusedException($"{store.Location} holds no complete backup {name}; a base must lie in the same store and folder as the backup that builds on it. 'br show --storage {store.Location}' lists what there is.");
    }

    async Task<BaseBackup> CheckAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        var name = BackupName.Parse(manifest.Name);
        try
        {
            var files = await manifests.ReadFilesAsync(manifest, cancellationToken).ToListAsync(cancellationToken);
            var wanted = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var file in files) wanted[file.KeyIn(name)] = file.Size;
            var wrong = await StoredObjects.FindWrongAsync(store, wanted, cancellationToken);
            if (wrong.Count > 0) throw Damaged(name, StoredObjects.Describe(wrong), null);
            return new BaseBackup(manifest, files, await ReadOthersAsync(manifest, cancellationToken));
        }
        catch (ManifestException e)
        {
            throw Damaged(name, e.Message, e);
        }
    }

    async Task<IReadOnlyList<BackupManifest>> ReadOthersAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        var others = new List<BackupManifest>();
        foreach (var name in manifest.Chain.Select(BackupName.Parse))
        {
            try
            {
                if (await manifests.ReadAsync(name, cancellationToken) is { } other) others.Add(other);
            }
            catch (ManifestException e)
            {
                observer.Notice($"What {name} holds is not shared: {e.Message}");
            }
        }

        return others;
    }

    BaseRefusedException Damaged(BackupName name, string how, Exception? inner) =>
        new($"The base {name} in {store.Location} is damaged: {Sentence.Of(how)} Build on another backup, or make a full one.", inner);

    static BaseRefusedException OtherCluster(BackupManifest manifest, ClusterTopology cluster) => new(
        $"The base {manifest.Name} is of another cluster (metad {string.Join(", ", manifest.Cluster.Metads)}; storaged {string.Join(", ", manifest.Hosts.Select(h => h.Address))}), "
        + $"not of this one (metad {string.Join(", ", cluster.Metads.Select(m => m.Address))}). '--base latest' finds the newest backup of this cluster.");
}
