using Microsoft.Win32.SafeHandles;

namespace NebulaKeep.Agent.Files;

/// <summary>
/// A directory that is held open and reached through its descriptor: what happens to its path meanwhile does not matter.
/// </summary>
sealed class Folder : IDisposable
{
    readonly SafeFileHandle handle;

    Folder(SafeFileHandle handle) => this.handle = handle;

    /// <summary>Opens a directory, through links if need be; null where there is none.</summary>
    public static Folder? Open(string path) => Posix.OpenFolder(path) is { } handle ? new Folder(handle) : null;

    /// <summary>A directory in this one, never through a link; null where there is none.</summary>
    public Folder? Enter(string name) => Posix.EnterFolder(handle, name, Reach(name)) is { } inner ? new Folder(inner) : null;

    /// <summary>A path to a name in this directory, for as long as it is held.</summary>
    public string Reach(string name) => $"/proc/self/fd/{handle.DangerousGetHandle()}/{name}";

    /// <summary>The names in it, in ordinal order.</summary>
    public string[] Names()
    {
        var names = Directory.EnumerateFileSystemEntries(Reach(".")).Select(entry => Path.GetFileName(entry)!).ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    /// <summary>Removes a file, a link itself, or a directory with everything in it. Nothing there is no error.</summary>
    public void Remove(string name)
    {
        if (Posix.Stat(Reach(name)) is not { } stat) return;
        if (stat.Kind != FileKind.Directory)
        {
            File.Delete(Reach(name));
            return;
        }

        using (var inner = Enter(name))
        {
            foreach (var entry in inner?.Names() ?? []) inner!.Remove(entry);
        }

        Directory.Delete(Reach(name));
    }

    /// <summary>Makes the names in it durable.</summary>
    public void Flush() => Posix.FlushDirectory(Reach("."));

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
