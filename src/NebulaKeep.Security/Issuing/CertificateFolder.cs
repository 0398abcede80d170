using System.Text;

namespace NebulaKeep.Security.Issuing;

/// <summary>
/// Writes a set of files that changes as a whole, in the way of Kubernetes volumes: the files lie in a folder of their own
/// (<c>..set-…</c>), the link <c>..data</c> leads to it, and <c>server.crt</c> and its like are links through <c>..data</c>.
/// One rename swaps them all. A reader that opens one file before and one after the swap sees a pair that does not fit and
/// reads again.
/// </summary>
public static class CertificateFolder
{
    const string Current = "..data";
    const string VersionPrefix = "..set-";
    const UnixFileMode Public = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Puts the files in place of what the folder holds under these names; the folder is made if need be.</summary>
    /// <param name="folder">Where readers look.</param>
    /// <param name="files">Name and content; names that end in <c>.key</c> get mode 0600, others 0644.</param>
    /// <exception cref="IOException">Nothing has changed for readers, unless only some of the links existed before.</exception>
    public static void Replace(string folder, IReadOnlyDictionary<string, string> files)
    {
        Directory.CreateDirectory(folder);
        var version = VersionPrefix + Guid.NewGuid().ToString("N");
        Directory.CreateDirectory(Path.Combine(folder, version));
        foreach (var (name, content) in files) WriteDurably(Path.Combine(folder, version, name), content);
        PutLink(folder, Current, version);
        foreach (var name in files.Keys) PutLink(folder, name, $"{Current}/{name}");
        foreach (var old in Directory.EnumerateDirectories(folder, VersionPrefix + "*"))
            if (Path.GetFileName(old) != version) Directory.Delete(old, recursive: true);
    }

    static void WriteDurably(string path, string content)
    {
        using var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = path.EndsWith(".key", StringComparison.Ordinal) ? Private : Public,
        });
        stream.Write(Encoding.UTF8.GetBytes(content));
        stream.Flush(flushToDisk: true);
    }

    static void PutLink(string folder, string name, string target)
    {
        var path = Path.Combine(folder, name);
        if (new FileInfo(path).LinkTarget == target) return;
        var temporary = Path.Combine(folder, $"..link-{Guid.NewGuid():N}");
        File.CreateSymbolicLink(temporary, target);
        Posix.Rename(temporary, path);
    }
}
