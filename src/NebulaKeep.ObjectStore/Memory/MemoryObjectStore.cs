using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace NebulaKeep.ObjectStore.Memory;

/// <summary>A store in the memory of this process, whole in its contract: for tests and dry runs. Lost when the process ends.</summary>
public sealed class MemoryObjectStore(TimeProvider clock, string name = "memory") : IObjectStore
{
    readonly Lock gate = new();
    readonly SortedDictionary<string, Entry> objects = new(ObjectKey.Order);

    /// <inheritdoc/>
    public string Location { get; } = $"memory://{name}";

    /// <inheritdoc/>
    public async Task<StoredObject> PutAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken)
    {
        ObjectKey.Validate(key);
        using var buffer = new MemoryStream();
        await content.CopyToAsync(buffer, cancellationToken);
        var bytes = buffer.ToArray();
        var info = new StoredObject(key, bytes.Length, clock.GetUtcNow(), EntityTag(bytes));
        lock (gate)
        {
            if (condition == PutCondition.CreateOnly && objects.ContainsKey(key)) throw Failures.AlreadyExists(Location, key);
            objects[key] = new Entry(info, bytes);
        }

        return info;
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken)
    {
        ObjectKey.Validate(key);
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask;
        var entry = Find(key) ?? throw Failures.NotFound(Location, key);
        var part = range ?? new ByteRange(0, entry.Bytes.Length);
        if (range is not null && !part.IsInside(entry.Bytes.Length)) throw Failures.OutsideObject(Location, key, part, entry.Bytes.Length);
        return new MemoryStream(entry.Bytes, (int)part.Offset, (int)part.Length, writable: false);
    }

    /// <inheritdoc/>
    public async Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken)
    {
        ObjectKey.Validate(key);
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask;
        return Find(key)?.Info;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectKey.ValidatePrefix(prefix);
        foreach (var entry in Snapshot())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.Info.Key.StartsWith(prefix, StringComparison.Ordinal)) yield return entry.Info;
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListFoldersAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (folder.Length > 0) ObjectKey.Validate(folder);
        var start = folder.Length == 0 ? 0 : folder.Length + 1;
        var names = Snapshot().Select(entry => entry.Info.Key)
            .Where(key => start == 0 || key.StartsWith(folder + "/", StringComparison.Ordinal))
            .Select(key => (Key: key, End: key.IndexOf('/', start)))
            .Where(part => part.End >= 0)
            .Select(part => part.Key[start..part.End]);
        foreach (var found in names.Distinct(StringComparer.Ordinal).Order(ObjectKey.Order))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return found;
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        foreach (var key in keys) ObjectKey.Validate(key);
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask;
        lock (gate)
        {
            foreach (var key in keys) objects.Remove(key);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    Entry? Find(string key)
    {
        lock (gate) return objects.GetValueOrDefault(key);
    }

    Entry[] Snapshot()
    {
        lock (gate) return [.. objects.Values];
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "S3's entity tag is an MD5; it protects against nothing here.")]
    static string EntityTag(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));

    sealed record Entry(StoredObject Info, byte[] Bytes);
}
