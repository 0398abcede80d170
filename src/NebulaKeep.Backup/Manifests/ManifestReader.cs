using System.IO.Compression;
using System.Runtime.CompilerServices;
using NebulaKeep.Core;
using NebulaKeep.Core.Transfer;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Manifests;

/// <summary>Reads manifests from a store: bounded, and nothing is handed on that breaks a rule.</summary>
public sealed class ManifestReader(IObjectStore store)
{
    /// <summary>The manifest of a backup, or null where it has none (debris, or made by nebula-br).</summary>
    /// <exception cref="ManifestException">There is one and it cannot be used.</exception>
    public async Task<BackupManifest?> ReadAsync(BackupName name, CancellationToken cancellationToken)
    {
        var bytes = await SmallObject.ReadAsync(store, BackupLayout.Manifest(name), ManifestJson.MaxBytes, cancellationToken);
        return bytes is null ? null : ManifestJson.Parse(bytes, name);
    }

    /// <summary>
    /// The manifest without its list of files, or null where there is none. One request, and of a long manifest only the
    /// beginning is taken: for lists of many backups. What is read of a short manifest is read and checked whole.
    /// </summary>
    /// <exception cref="ManifestException">There is one and it cannot be used.</exception>
    public async Task<BackupManifest?> ReadHeadAsync(BackupName name, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await store.OpenReadAsync(BackupLayout.Manifest(name), null, cancellationToken);
            return await ManifestHead.ReadAsync(content, name, cancellationToken);
        }
        catch (ObjectStoreException e) when (e.Failure == StoreFailure.NotFound)
        {
            return null;
        }
        catch (ObjectStoreException e) when (e.Failure == StoreFailure.ChecksumMismatch)
        {
            throw new ManifestException(e.Message, e);
        }
    }

    /// <summary>
    /// All files of a backup. Inline lists are yielded as they are; parts are read one line at a time, and the last line of a
    /// part is followed by the check of its size, hash and count: act on files only after the whole list was read.
    /// </summary>
    /// <exception cref="ManifestException">A part is missing, damaged, or holds what a manifest must not.</exception>
    public async IAsyncEnumerable<ManifestFile> ReadFilesAsync(BackupManifest manifest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var file in manifest.Files ?? []) yield return file;
        foreach (var part in manifest.Parts ?? [])
            await foreach (var file in ReadPartAsync(manifest, part, cancellationToken))
                yield return file;
    }

    async IAsyncEnumerable<ManifestFile> ReadPartAsync(BackupManifest manifest, ManifestPart part, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var name = BackupName.Parse(manifest.Name);
        var key = $"{name}/{part.Path}";
        await using var hashed = new HashingStream(await OpenAsync(key, cancellationToken));
        await using var unzipped = new GZipStream(hashed, CompressionMode.Decompress, leaveOpen: true);
        var lines = new BoundedLineReader(unzipped, ManifestJson.MaxLineBytes, key);
        long count = 0;
        string? previous = null;
        while (await lines.ReadAsync(cancellationToken) is { } line)
        {
            var file = ManifestJson.ParseLine(line.Span, key);
            ManifestRules.CheckFile(file, name, manifest.Chain);
            if (++count > part.Files || string.CompareOrdinal(previous, file.Path) >= 0 || ManifestWriter.PartOf(file.Path) != part.Path) throw Damaged(key, "more lines, another order or other files than it was written with");
            previous = file.Path;
            yield return file;
        }

        if (count != part.Files || hashed.Digest.Size != part.Size || hashed.Digest.Sha256 != part.Sha256) throw Damaged(key, "another size, hash or number of lines than the manifest says");
    }

    async Task<Stream> OpenAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await store.OpenReadAsync(key, null, cancellationToken);
        }
        catch (ObjectStoreException e) when (e.Failure == StoreFailure.NotFound)
        {
            throw new ManifestException($"{key} is missing in {store.Location}: the backup is damaged.", e);
        }
        catch (ObjectStoreException e) when (e.Failure == StoreFailure.ChecksumMismatch)
        {
            throw new ManifestException(e.Message, e);
        }
    }

    static ManifestException Damaged(string key, string how) => new($"{key} has {how}: the backup is damaged.");
}
