using System.Buffers;

namespace NebulaKeep.ObjectStore.Local;

/// <summary>
/// Writes one object: to a temporary name beside its place, flushed, then published in one step that readers see whole
/// or not at all, then the directory flushed.
/// </summary>
sealed class LocalWriter(LocalPaths paths)
{
    const int BufferSize = 1 << 20;
    const int FolderTries = 5;

    public async Task<StoredObject> WriteAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken)
    {
        var path = paths.PathOf(key);
        if (condition == PutCondition.CreateOnly && paths.StatObject(key) is not null) throw Failures.AlreadyExists(paths.Location, key);
        var temporary = "";
        try
        {
            (temporary, var size) = await FillAsync(key, content, cancellationToken);
            var written = await Task.Run(() => Publish(key, temporary, path, size, condition), CancellationToken.None);
            return new StoredObject(key, size, written.LastModified, null);
        }
        catch
        {
            if (temporary.Length > 0) File.Delete(temporary);
            throw;
        }
    }

    async Task<(string Temporary, long Size)> FillAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        var (temporary, file) = Create(key);
        try
        {
            using (file)
            {
                var size = await CopyAsync(content, file, cancellationToken);
                await Task.Run(() => RandomAccess.FlushToDisk(file), CancellationToken.None);
                return (temporary, size);
            }
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    // A delete at the same time may take an empty folder away between its making and its use.
    (string Temporary, Microsoft.Win32.SafeHandles.SafeFileHandle File) Create(string key)
    {
        for (var tries = 1; ; tries++)
        {
            var temporary = LocalPaths.NewTemporary(paths.MakeFolder(key));
            try
            {
                return (temporary, File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete));
            }
            catch (DirectoryNotFoundException) when (tries < FolderTries)
            {
            }
        }
    }

    static async Task<long> CopyAsync(Stream content, Microsoft.Win32.SafeHandles.SafeFileHandle file, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var size = 0L;
            for (int count; (count = await ReadContentAsync(content, buffer, cancellationToken)) > 0; size += count)
            {
                await RandomAccess.WriteAsync(file, buffer.AsMemory(0, count), size, cancellationToken);
            }

            return size;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // What the caller's stream throws is the caller's, and must not look like a fault of this store.
    static async ValueTask<int> ReadContentAsync(Stream content, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception error) when (LocalFailures.IsFileSystem(error))
        {
            throw new ContentException(error);
        }
    }

    FileStat Publish(string key, string temporary, string path, long size, PutCondition condition)
    {
        var written = PosixFiles.Stat(temporary) ?? throw Failures.Mismatch(paths.Location, key, "the written file is gone");
        if (written.Size != size) throw Failures.Mismatch(paths.Location, key, $"{size} bytes were written, the file has {written.Size}");
        if (PosixFiles.Stat(path)?.Kind == FileKind.Folder) throw new IOException($"'{path}' is a folder that holds other objects");
        if (condition == PutCondition.Overwrite) File.Move(temporary, path, overwrite: true);
        else PublishNew(key, temporary, path);
        PosixFiles.FlushFolder(Path.GetDirectoryName(path)!);
        return written;
    }

    void PublishNew(string key, string temporary, string path)
    {
        var error = PosixFiles.Link(temporary, path);

        // NFS may answer "exists" to the repetition of a link that it made: the second name of our file proves that.
        if (error == 0 || PosixFiles.Stat(temporary)?.Links == 2)
        {
            File.Delete(temporary);
            return;
        }

        if (error is PosixFiles.Eperm or PosixFiles.Eopnotsupp or PosixFiles.Enosys or PosixFiles.Emlink) error = PosixFiles.RenameNew(temporary, path);
        if (error == PosixFiles.Eexist) throw Failures.AlreadyExists(paths.Location, key);
        if (error != 0) throw PosixFiles.Failed(error, path);
    }
}
