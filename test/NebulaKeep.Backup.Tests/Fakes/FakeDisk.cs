using System.Text;

namespace NebulaKeep.Backup.Tests.Fakes;

/// <summary>What a name on a disk stands for: several names can be links to one.</summary>
sealed record FakeFile(byte[] Content, ulong Inode, long MtimeNanos);

/// <summary>The files of one host, by absolute path.</summary>
sealed class FakeDisk
{
    readonly SortedDictionary<string, FakeFile> files = new(StringComparer.Ordinal);
    ulong inodes;

    public byte[]? this[string path]
    {
        get { lock (files) return files.GetValueOrDefault(path)?.Content; }
    }

    /// <summary>Writes a new file: a new inode and a later time.</summary>
    public void Write(string path, byte[] content)
    {
        lock (files) files[path] = new FakeFile(content, ++inodes, 1_795_342_272_000_000_000 + (long)inodes);
    }

    public void Write(string path, string content) => Write(path, Encoding.UTF8.GetBytes(content));

    /// <summary>Gives a file a second name.</summary>
    public void Link(string existing, string link)
    {
        lock (files) files[link] = files[existing];
    }

    /// <summary>Changes what lies under a name without its inode or time showing it.</summary>
    public void Forge(string path, byte[] content)
    {
        lock (files) files[path] = files[path] with { Content = content };
    }

    public FakeFile? File(string path)
    {
        lock (files) return files.GetValueOrDefault(path);
    }

    public string? Text(string path) => this[path] is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The path itself and everything below it.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>> Below(string path)
    {
        lock (files) return [.. files.Where(f => f.Key == path || f.Key.StartsWith(path + "/", StringComparison.Ordinal)).Select(f => KeyValuePair.Create(f.Key, f.Value.Content))];
    }

    public bool Remove(string path)
    {
        var found = Below(path);
        lock (files)
            foreach (var file in found) files.Remove(file.Key);
        return found.Count > 0;
    }

    public bool Move(string from, string to)
    {
        var found = Below(from);
        foreach (var file in found)
        {
            Link(file.Key, to + file.Key[from.Length..]);
            lock (files) files.Remove(file.Key);
        }

        return found.Count > 0;
    }

    /// <summary>Everything, for comparing states.</summary>
    public string Snapshot()
    {
        lock (files) return string.Join('\n', files.Select(f => $"{f.Key}={Convert.ToHexString(f.Value.Content)}"));
    }
}
