using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Cleanup;

/// <summary>
/// Which objects of some directories other backups use. Manifests never change, so each is read once; looking again reads only
/// those that have come since. A manifest that has gone since keeps what it used: a second sweep, or the next prune, removes that.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="directories">The directories that are to be swept.</param>
/// <param name="ignored">Backups that are being removed: what they use does not count.</param>
sealed class References(IObjectStore store, IReadOnlySet<string> directories, IReadOnlySet<string> ignored)
{
    readonly ManifestReader manifests = new(store);
    readonly HashSet<string> seen = new(StringComparer.Ordinal);
    readonly HashSet<string> keys = new(StringComparer.Ordinal);
    readonly HashSet<string> complete = new(StringComparer.Ordinal);

    /// <summary>True where a manifest names this object.</summary>
    public bool Contains(string key) => keys.Contains(key);

    /// <summary>True for a directory that has a manifest of its own and is not being removed: it must not be swept at all.</summary>
    public bool IsComplete(string directory) => complete.Contains(directory);

    /// <summary>Reads the manifests that have not been read before.</summary>
    /// <exception cref="CleanupRefusedException">A manifest cannot be used, so that what it uses is unknown.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await foreach (var folder in store.ListFoldersAsync("", cancellationToken))
        {
            if (!BackupName.TryParse(folder, out var name) || ignored.Contains(folder) || seen.Contains(folder)) continue;
            if (await ReadAsync(name, cancellationToken)) seen.Add(folder);
        }
    }

    async Task<bool> ReadAsync(BackupName name, CancellationToken cancellationToken)
    {
        try
        {
            if (await manifests.ReadHeadAsync(name, cancellationToken) is not { } head) return false;
            if (directories.Contains(name.Value)) complete.Add(name.Value);
            if (head.Chain.Any(directories.Contains)) await AddFilesAsync(name, cancellationToken);
            return true;
        }
        catch (ManifestException e)
        {
            // Parts go after their manifest: without it somebody removes this backup, and what was read of it so far only keeps more.
            if (await store.StatAsync(BackupLayout.Manifest(name), cancellationToken) is null) return false;
            throw new CleanupRefusedException($"What {name} uses cannot be told: {e.Message} So nothing can be removed safely; remove {name} first, or use the version that wrote it.", e);
        }
    }

    async Task AddFilesAsync(BackupName name, CancellationToken cancellationToken)
    {
        if (await manifests.ReadAsync(name, cancellationToken) is not { } manifest) return;
        await foreach (var file in manifests.ReadFilesAsync(manifest, cancellationToken))
            if (file.In is not null && directories.Contains(file.In))
                keys.Add(file.KeyIn(name));
    }
}
