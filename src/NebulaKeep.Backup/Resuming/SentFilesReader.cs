using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Resuming;

/// <summary>Reads what an interrupted run has sent, and keeps what the store still holds as it was confirmed.</summary>
sealed class SentFilesReader(IObjectStore store, IBackupObserver observer)
{
    /// <summary>Files that need not be sent again, and the number of the next journal part.</summary>
    public async Task<(IReadOnlyList<ManifestFile> Files, int NextPart)> ReadAsync(BackupName name, CancellationToken cancellationToken)
    {
        var parts = await store.ListStoredAsync(BackupLayout.RunningFolder(name), cancellationToken).Select(o => o.Key).Where(k => k.Length == SentJournal.Key(name, 1).Length).ToListAsync(cancellationToken);
        var sent = new Dictionary<string, SentFile>(StringComparer.Ordinal);
        foreach (var part in parts) await ReadPartAsync(part, name, sent, cancellationToken);
        var held = new List<ManifestFile>();
        await foreach (var found in store.ListAsync(BackupLayout.Prefix(name), cancellationToken))
            if (sent.TryGetValue(found.Key, out var file) && found.Size == file.File.Size && (file.ETag is null || found.ETag is null || file.ETag == found.ETag))
                held.Add(file.File);
        return (held, parts.Select(NumberOf).DefaultIfEmpty(0).Max() + 1);
    }

    // A part that could not be written leaves a gap.
    static int NumberOf(string key) =>
        int.TryParse(key.AsSpan(key.LastIndexOf('/') + 1, SentJournal.Digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    async Task ReadPartAsync(string key, BackupName name, Dictionary<string, SentFile> sent, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await store.OpenReadAsync(key, null, cancellationToken);
            await using var unzipped = new GZipStream(content, CompressionMode.Decompress);
            var lines = new BoundedLineReader(unzipped, ManifestJson.MaxLineBytes, key);
            while (await lines.ReadAsync(cancellationToken) is { } line)
            {
                var file = JsonSerializer.Deserialize(line.Span, SentFileContext.Default.SentFile) ?? throw new ManifestException($"{key} has an empty line.");
                ManifestRules.CheckFile(file.File, name, []);
                sent[file.File.KeyIn(name)] = file;
            }
        }
        catch (Exception e) when (e is ManifestException or JsonException or ObjectStoreException { Failure: StoreFailure.ChecksumMismatch })
        {
            observer.Notice($"What {key} lists is sent again: it is damaged ({e.Message}).");
        }
    }
}
