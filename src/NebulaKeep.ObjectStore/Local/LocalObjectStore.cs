using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using NebulaKeep.ObjectStore.Streams;

namespace NebulaKeep.ObjectStore.Local;

/// <summary>
/// A folder of this machine or a mount. An object is a file; what a put has not finished has a temporary name that no
/// listing shows. The root is made by the first put if its parent exists. Symbolic links below the root are not followed.
/// </summary>
/// <remarks>
/// A key cannot be both object and folder (<c>a</c> and <c>a/b</c>): the later put fails. Links are looked for before each use,
/// not held during it, so whoever may write into the root while it is used must be trusted.
/// </remarks>
sealed class LocalObjectStore(string root, TimeProvider clock) : IObjectStore
{
    /// <summary>A temporary file that nobody wrote to for so long belongs to a process that died.</summary>
    static readonly TimeSpan DebrisAge = TimeSpan.FromHours(1);

    readonly LocalPaths paths = new(root);

    public string Location => paths.Location;

    public async Task<StoredObject> PutAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken)
    {
        try
        {
            return await new LocalWriter(paths).WriteAsync(key, content, condition, cancellationToken);
        }
        catch (ContentException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerException!);
            throw;
        }
        catch (Exception error) when (LocalFailures.IsFileSystem(error))
        {
            throw LocalFailures.Translate(error, $"Writing '{key}' to {Location}");
        }
    }

    // The system's calls block, and on a slow mount for long: never on the caller's thread.
    public Task<Stream> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken)
    {
        paths.PathOf(key);
        return Task.Run<Stream>(() => Try($"Reading '{key}' from {Location}", () => Open(key, range)), cancellationToken);
    }

    public Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken)
    {
        paths.PathOf(key);
        return Task.Run(() => Try($"Looking at '{key}' in {Location}", () => Describe(key)), cancellationToken);
    }

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        ObjectKey.ValidatePrefix(prefix);
        return EnumerateAsync(() => new LocalLister(paths).Objects(prefix), cancellationToken);
    }

    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken)
    {
        if (folder.Length > 0) ObjectKey.Validate(folder);
        return EnumerateAsync(() => new LocalLister(paths).Folders(folder), cancellationToken);
    }

    public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        foreach (var key in keys) paths.PathOf(key);
        return Task.Run(() => DeleteAll(keys, cancellationToken), cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    StoredObject? Describe(string key) =>
        paths.StatObject(key) is { } file ? new StoredObject(key, file.Size, file.LastModified, null) : null;

    ExactLengthStream Open(string key, ByteRange? range)
    {
        if (paths.StatObject(key) is null) throw Failures.NotFound(Location, key);
        var file = new FileStream(paths.PathOf(key), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var part = range ?? new ByteRange(0, file.Length);
        if (range is not null && !part.IsInside(file.Length))
        {
            var size = file.Length;
            file.Dispose();
            throw Failures.OutsideObject(Location, key, part, size);
        }

        file.Position = part.Offset;
        return new ExactLengthStream(file, part.Length, left => Failures.Mismatch(Location, key, $"the file ended {left} bytes early"));
    }

    async IAsyncEnumerable<T> EnumerateAsync<T>(Func<IEnumerable<T>> list, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var items = Try($"Listing {Location}", () => list().GetEnumerator());
        while (Try($"Listing {Location}", items.MoveNext))
        {
            yield return items.Current;
            cancellationToken.ThrowIfCancellationRequested();
        }

        await Task.CompletedTask;
    }

    void DeleteAll(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        ExceptionDispatchInfo? first = null;
        foreach (var key in keys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                Try<object?>($"Deleting '{key}' from {Location}", () => Delete(key));
            }
            catch (ObjectStoreException error)
            {
                first ??= ExceptionDispatchInfo.Capture(error);
            }
        }

        first?.Throw();
    }

    object? Delete(string key)
    {
        if (paths.StatObject(key) is null) return null;
        File.Delete(paths.PathOf(key));
        foreach (var folder in paths.FoldersOf(key).Reverse())
        {
            if (!RemoveIfEmpty(folder)) break;
        }

        return null;
    }

    bool RemoveIfEmpty(string folder)
    {
        try
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(folder))
            {
                if (!LocalPaths.IsTemporary(Path.GetFileName(path)) || !IsDebris(path)) return false;
                File.Delete(path);
            }

            Directory.Delete(folder);
            return true;
        }
        catch (Exception error) when (LocalFailures.IsFileSystem(error))
        {
            // The object is gone, which was asked for. The folder stays where another writer or its rights hold it.
            return false;
        }
    }

    bool IsDebris(string path) => PosixFiles.Stat(path) is { } file && clock.GetUtcNow() - file.LastModified > DebrisAge;

    static T Try<T>(string doing, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (LocalFailures.IsFileSystem(error))
        {
            throw LocalFailures.Translate(error, doing);
        }
    }
}
