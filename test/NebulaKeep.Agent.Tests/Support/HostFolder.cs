using System.Runtime.InteropServices;
using NebulaKeep.Agent.Guard;
using NebulaKeep.Testing;

namespace NebulaKeep.Agent.Tests.Support;

/// <summary>A host in a temporary folder: a root, a data directory, a store root, and an outside that must stay untouched.</summary>
sealed partial class HostFolder : IDisposable
{
    readonly TemporaryFolder folder = new();

    public HostFolder()
    {
        foreach (var directory in new[] { Data, Root, Store, Outside }) Directory.CreateDirectory(directory);
        Guard = new DirectoryGuard(Allowed);
        Write($"{Outside}/secret", "outside");
    }

    public string Path => folder.Path;

    public string Data => folder.File("data");

    public string Root => folder.File("root");

    public string Store => folder.File("store");

    public string Outside => folder.File("outside");

    public Allowed Allowed => new() { Data = [Data], Roots = [Root], StoreRoots = [Store] };

    public DirectoryGuard Guard { get; }

    /// <summary>Writes a file with the directories above it and returns its path.</summary>
    public static string Write(string path, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public static string Link(string path, string target)
    {
        File.CreateSymbolicLink(path, target);
        return path;
    }

    /// <summary>What an attacker does between check and use: the directory goes aside, a link takes its place.</summary>
    public void SwapForLink(string directory)
    {
        Directory.Move(directory, directory + "-moved");
        Link(directory, Outside);
    }

    public static void MakePipe(string path)
    {
        if (mkfifo(path, 0x180) != 0) throw new IOException($"mkfifo {path}: errno {Marshal.GetLastPInvokeError()}");
    }

    public void Dispose() => folder.Dispose();

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int mkfifo(string path, uint mode);
}
