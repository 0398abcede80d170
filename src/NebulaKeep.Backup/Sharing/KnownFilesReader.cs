using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Sharing;

/// <summary>Collects what the chain of a base holds.</summary>
sealed class KnownFilesReader(IObjectStore store, IBackupObserver observer)
{
    readonly ManifestReader manifests = new(store);

    /// <summary>Adds the base's files first, so that they are referred to where several backups hold the same bytes.</summary>
    public async Task AddAsync(KnownFiles known, BaseBackup found, CancellationToken cancellationToken)
    {
        foreach (var file in found.Files) known.AddBase(found.Name, file);
        foreach (var other in found.Others) await AddAsync(known, other, cancellationToken);
    }

    // Acted on only when the whole list was read. What it shares itself is listed by its own chain, or gone.
    async Task AddAsync(KnownFiles known, BackupManifest other, CancellationToken cancellationToken)
    {
        try
        {
            var files = await manifests.ReadFilesAsync(other, cancellationToken).Where(f => f.In is null).ToListAsync(cancellationToken);
            var wanted = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var file in files) wanted[file.KeyIn(BackupName.Parse(other.Name))] = file.Size;
            var wrong = (await StoredObjects.FindWrongAsync(store, wanted, cancellationToken)).Count;
            if (wrong > 0) throw new ManifestException($"{wrong} of its objects are missing or have another size.");
            foreach (var file in files) known.AddShared(BackupName.Parse(other.Name), file);
        }
        catch (ManifestException e)
        {
            observer.Notice($"What {other.Name} holds is not shared: {e.Message}");
        }
    }
}
