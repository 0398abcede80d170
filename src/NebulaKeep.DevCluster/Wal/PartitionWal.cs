using Microsoft.Extensions.Logging;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.DevCluster.Wal;

/// <summary>
/// The log of one partition replica: a directory of files in upstream's format (spec/cluster-layout.md §4).
/// For one thread at a time; the owner locks.
/// </summary>
public sealed class PartitionWal : IDisposable
{
    const UnixFileMode FileMode0644 = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    readonly PartitionWalOptions options;
    readonly TimeProvider time;
    readonly List<WalFileInfo> files;
    FileStream? current;

    // Once the newest file was linked or cut it must not grow any more.
    bool newestIsClosed;

    PartitionWal(string directory, PartitionWalOptions options, TimeProvider time, ILogger logger)
    {
        (Directory, this.options, this.time) = (directory, options, time);
        files = WalDirectory.Load(directory, logger);
    }

    /// <summary>Opens the log, makes its directory if need be, and mends a broken end.</summary>
    public static PartitionWal Open(string directory, PartitionWalOptions options, TimeProvider time, ILogger logger) =>
        new(directory, options, time, logger);

    /// <summary>Where the files are.</summary>
    public string Directory { get; }

    /// <summary>Id of the oldest entry; 0: the log is empty.</summary>
    public long FirstId => files.Count == 0 ? 0 : files[0].FirstId;

    /// <summary>Id of the newest entry; 0: the log is empty.</summary>
    public long LastId => files.Count == 0 ? 0 : files[^1].LastId;

    /// <summary>Term of the newest entry; 0: the log is empty.</summary>
    public long LastTerm => files.Count == 0 ? 0 : files[^1].LastTerm;

    /// <summary>Adds entries behind the last one, in one write for each file that they touch.</summary>
    /// <exception cref="WalException">The ids do not follow.</exception>
    public void Append(IReadOnlyList<LogEntry> entries)
    {
        CheckContiguous(entries);
        for (var start = 0; start < entries.Count;)
        {
            Roll(entries[start]);
            start += WriteAsFit(entries, start);
        }
    }

    /// <summary>Closes the file being written, so that the next entry starts a new one: fsync, then the file's time in whole seconds.</summary>
    public void CloseCurrent()
    {
        if (current is null) return;
        current.Flush(flushToDisk: true);
        current.Dispose();
        current = null;
        Seal(files[^1].Path);
    }

    /// <summary>Closes the current file and links all files into <paramref name="target"/>, which is made unless the log is empty.</summary>
    public void LinkInto(string target)
    {
        CloseCurrent();
        newestIsClosed = true;
        if (files.Count == 0) return;
        System.IO.Directory.CreateDirectory(target);
        foreach (var file in files) HardLink.Create(file.Path, Path.Combine(target, Path.GetFileName(file.Path)));
    }

    /// <summary>The entries from <paramref name="firstId"/> on, in order; where files overlap, the later file counts.</summary>
    public IEnumerable<LogEntry> ReadFrom(long firstId)
    {
        for (var i = 0; i < files.Count; i++)
        {
            var end = i + 1 < files.Count ? files[i + 1].FirstId : long.MaxValue;
            if (files[i].LastId < firstId) continue;
            foreach (var entry in WalFileReader.ReadEntries(files[i].Path).TakeWhile(entry => entry.Id < end))
                if (entry.Id >= firstId)
                    yield return entry;
        }
    }

    /// <summary>Removes all entries after <paramref name="lastId"/>. Files are cut in place, as upstream does; links to them change as well.</summary>
    public void RollBackTo(long lastId)
    {
        CloseCurrent();
        newestIsClosed = true;
        while (files.Count > 0 && files[^1].LastId > lastId)
        {
            var file = files[^1];
            files.RemoveAt(files.Count - 1);
            if (file.FirstId > lastId) File.Delete(file.Path);
            else files.Add(CutFile(file, lastId));
        }
    }

    /// <summary>Removes all entries.</summary>
    public void Reset()
    {
        CloseCurrent();
        foreach (var file in files) File.Delete(file.Path);
        files.Clear();
    }

    /// <summary>Removes the oldest files that hold only applied entries and were closed longer ago than <paramref name="age"/>; two always stay.</summary>
    public void RemoveOld(long committedId, TimeSpan age)
    {
        var limit = time.GetUtcNow().UtcDateTime - age;
        while (files.Count > 2 && files[0].LastId < committedId && File.GetLastWriteTimeUtc(files[0].Path) < limit)
        {
            File.Delete(files[0].Path);
            files.RemoveAt(0);
        }
    }

    /// <summary>Lets go of the files without closing the log, as a crash would.</summary>
    public void Abandon()
    {
        current?.Dispose();
        current = null;
    }

    /// <inheritdoc/>
    public void Dispose() => CloseCurrent();

    void CheckContiguous(IReadOnlyList<LogEntry> entries)
    {
        var last = LastId;
        foreach (var entry in entries)
        {
            if (last != 0 && entry.Id != last + 1)
                throw new WalException($"Entry {entry.Id} does not follow entry {last} of the log in {Directory}");
            last = entry.Id;
        }
    }

    void Roll(LogEntry next)
    {
        if (files.Count == 0 || newestIsClosed || files[^1].FileLength + next.FileLength > options.FileSize) StartFile(next.Id);
        current ??= new FileStream(files[^1].Path, FileMode.Append, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
    }

    void StartFile(long firstId)
    {
        CloseCurrent();
        newestIsClosed = false;
        var path = Path.Combine(Directory, WalFileName.Of(firstId));
        current = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = FileMode0644,
        });
        files.Add(new WalFileInfo(path, firstId, LastTerm, firstId - 1, LastTerm, 0, 0));
    }

    int WriteAsFit(IReadOnlyList<LogEntry> entries, int start)
    {
        var file = files[^1];
        var (count, length) = Fit(entries, start, options.FileSize - file.FileLength);
        WriteWhole(WalFormat.WriteAll([.. entries.Skip(start).Take(count)]), file.FileLength);
        var last = entries[start + count - 1];
        files[^1] = file with { LastId = last.Id, LastTerm = last.Term, ValidLength = file.ValidLength + length, FileLength = file.FileLength + length };
        return count;
    }

    void WriteWhole(byte[] bytes, long at)
    {
        try
        {
            current!.Write(bytes);
            if (options.Sync) current.Flush(flushToDisk: true);
        }
        catch (IOException e)
        {
            // A part of it may be there: the next entry must not come behind that.
            current!.SetLength(at);
            throw new WalException($"Writing {bytes.Length} bytes to the log in {Directory} failed: {e.Message}", e);
        }
    }

    /// <summary>How many entries go into one write; at least one, however large it is.</summary>
    static (int Count, int Length) Fit(IReadOnlyList<LogEntry> entries, int start, long room)
    {
        var (count, length) = (1, entries[start].FileLength);
        while (start + count < entries.Count && length + entries[start + count].FileLength <= room)
            length += entries[start + count++].FileLength;
        return (count, length);
    }

    static WalFileInfo CutFile(WalFileInfo file, long lastId)
    {
        var (length, term) = (0L, 0L);
        foreach (var entry in WalFileReader.ReadEntries(file.Path).TakeWhile(entry => entry.Id <= lastId))
            (length, term) = (length + entry.FileLength, entry.Term);
        using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Write);
        stream.SetLength(length);
        return file with { LastId = lastId, LastTerm = term, ValidLength = length, FileLength = length };
    }

    void Seal(string path)
    {
        var now = time.GetUtcNow();
        File.SetLastWriteTimeUtc(path, now.UtcDateTime.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)));
    }
}
