using System.Security.Cryptography;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Manifests;

/// <summary>The .meta files of nebula-br, which we write too.</summary>
public static class UpstreamMeta
{
    /// <summary>Go readers refuse larger frames (spec/backup-flow.md §6).</summary>
    const int MaxBytes = 16_384_000 + 4;

    /// <summary>What the .meta of a backup says; null where there is none.</summary>
    /// <exception cref="ManifestException">There is one and it cannot be used.</exception>
    public static async Task<ServerBackup?> ReadAsync(IObjectStore store, BackupName name, CancellationToken cancellationToken)
    {
        var bytes = await SmallObject.ReadAsync(store, BackupLayout.MetaFile(name), MaxBytes, cancellationToken);
        if (bytes is null) return null;
        var meta = ServerBackupReader.Read(Parse(bytes, BackupLayout.MetaFile(name)));
        return meta.Name == name ? meta : throw new ManifestException($"{BackupLayout.MetaFile(name)} is for {meta.Name}.");
    }

    /// <summary>Size and hash of the .meta of a backup as the store holds it; null where there is none.</summary>
    public static async Task<ManifestMetaFile?> DigestAsync(IObjectStore store, BackupName name, CancellationToken cancellationToken)
    {
        var bytes = await SmallObject.ReadAsync(store, BackupLayout.MetaFile(name), MaxBytes, cancellationToken);
        return bytes is null ? null : new ManifestMetaFile(bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    /// <summary>Writes the .meta of a backup, create-only. Table paths are reduced to file names, as nebula-br does.</summary>
    public static async Task WriteAsync(IObjectStore store, BackupName name, BackupMeta meta, CancellationToken cancellationToken)
    {
        var portable = meta with { MetaFiles = [.. meta.MetaFiles.Select(f => f.Split('/')[^1])] };
        using var content = new MemoryStream(BackupMetaFile.Write(portable), writable: false);
        await store.PutAsync(BackupLayout.MetaFile(name), content, PutCondition.CreateOnly, cancellationToken);
    }

    /// <summary>metad's answer to a run that has not ended, whole; null where none was kept.</summary>
    public static async Task<BackupMeta?> ReadRunningAsync(IObjectStore store, BackupName name, CancellationToken cancellationToken)
    {
        var bytes = await SmallObject.ReadAsync(store, BackupLayout.RunningMeta(name), MaxBytes, cancellationToken);
        return bytes is null ? null : Parse(bytes, BackupLayout.RunningMeta(name));
    }

    /// <summary>Keeps metad's answer while a run lasts.</summary>
    public static async Task WriteRunningAsync(IObjectStore store, BackupName name, BackupMeta meta, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(BackupMetaFile.Write(meta), writable: false);
        await store.PutAsync(BackupLayout.RunningMeta(name), content, PutCondition.Overwrite, cancellationToken);
    }

    static BackupMeta Parse(byte[] bytes, string key)
    {
        try
        {
            return BackupMetaFile.Read(bytes);
        }
        catch (NebulaKeepException e)
        {
            throw new ManifestException($"{key} is damaged: {e.Message}", e);
        }
    }
}
