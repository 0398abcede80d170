using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Resuming;

/// <summary>
/// Writes down in the store what was sent, so that a killed run can be resumed. Each part is larger than the one before, so a
/// run has a few hundred at most. While a part is being written, as much again may wait, then senders do: what a killed run
/// forgets is at most two sixty-fourths of what it sent, or half a megabyte, and a file of each agent. A part that cannot be
/// written is tried again with the next; it must not fail the backup. Safe for concurrent use.
/// </summary>
sealed class SentJournal(IObjectStore store, BackupName name, int first)
{
    /// <summary>Digits of a part's number.</summary>
    public const int Digits = 6;

    const long FirstPart = 256 << 10;
    const int ShareOfWritten = 64;
    readonly Lock gate = new();
    List<SentFile> pending = [];
    long pendingBytes;
    long writtenBytes;
    int number = first;
    Task writing = Task.CompletedTask;

    /// <summary>The key of a part.</summary>
    public static string Key(BackupName name, int number) => BackupLayout.RunningFolder(name) + number.ToString("D6", CultureInfo.InvariantCulture) + ".jsonl.gz";

    /// <summary>Adds a file. Returns at once, unless the store writes down more slowly than files are sent.</summary>
    public async Task AddAsync(SentFile file, CancellationToken cancellationToken)
    {
        Task before;
        lock (gate)
        {
            pending.Add(file);
            pendingBytes += file.File.Size;
            before = writing;
            if (!IsDue || TryWrite(cancellationToken)) return;
        }

        await before;
        lock (gate)
            if (IsDue)
                TryWrite(cancellationToken);
    }

    /// <summary>Waits for what is being written, and writes the rest where that is asked for.</summary>
    public async Task EndAsync(bool writeRest, CancellationToken cancellationToken)
    {
        await writing;
        if (!writeRest || pending.Count == 0) return;
        var (files, key) = (pending, Key(name, number));
        await PutAsync(key, files, cancellationToken);
        (pending, pendingBytes, number) = ([], 0, number + 1);
    }

    bool IsDue => pendingBytes >= Math.Max(FirstPart, writtenBytes / ShareOfWritten);

    // Under the lock. One part at a time.
    bool TryWrite(CancellationToken cancellationToken)
    {
        if (!writing.IsCompleted) return false;
        var part = (pending, pendingBytes, Key(name, number++));
        (pending, pendingBytes) = ([], 0);
        writing = WriteAsync(part, cancellationToken);
        return true;
    }

    async Task WriteAsync((List<SentFile> Files, long Bytes, string Key) part, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var (files, bytes, key) = part;
        try
        {
            await PutAsync(key, files, cancellationToken);
            lock (gate) writtenBytes += bytes;
        }
        catch (Exception e) when (e is NebulaKeepException or OperationCanceledException)
        {
            lock (gate) (pending, pendingBytes) = ([.. files, .. pending], pendingBytes + bytes);
        }
    }

    async Task PutAsync(string key, List<SentFile> files, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await using (var zip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var file in files)
            {
                zip.Write(JsonSerializer.SerializeToUtf8Bytes(file, SentFileContext.Default.SentFile));
                zip.WriteByte((byte)'\n');
            }
        }

        bytes.Position = 0;
        await store.PutAsync(key, bytes, PutCondition.Overwrite, cancellationToken);
    }
}
