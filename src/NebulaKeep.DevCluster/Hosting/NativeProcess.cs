using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace NebulaKeep.DevCluster.Hosting;

/// <summary>The few calls of Linux that detach a daemon from the terminal or pipe it was started from.</summary>
static partial class NativeProcess
{
    const int OpenReadWrite = 2;
    const int OpenAppendCreate = 0x401 | 0x40;
    const int UserReadWriteOthersRead = 0x1A4; // 0644

    /// <summary>
    /// Begins a session of its own and points the standard streams at <paramref name="output"/> (null: nowhere), and every copy of
    /// them that the runtime made: whoever reads the other end of a pipe waits for the last of them.
    /// </summary>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    public static void Detach(string? output)
    {
        var copies = CopiesOfOutputs();
        SetSession();
        Point(0, "/dev/null", OpenReadWrite);
        foreach (var descriptor in copies.Append(1).Append(2)) Point(descriptor, output ?? "/dev/null", output is null ? OpenReadWrite : OpenAppendCreate);
    }

    static List<int> CopiesOfOutputs()
    {
        const string folder = "/proc/self/fd";
        var outputs = new[] { LinkOf($"{folder}/1"), LinkOf($"{folder}/2") };
        return [.. Directory.GetFiles(folder).Where(file => LinkOf(file) is { } link && outputs.Contains(link)).Select(file => int.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture)).Where(descriptor => descriptor > 2)];
    }

    // Null for a descriptor that was closed since it was listed.
    static string? LinkOf(string file) => new FileInfo(file).LinkTarget;

    // A process that leads its group already (started by setsid or as PID 1 of a container) is refused: it has what it needs.
    static void SetSession() => _ = setsid();

    static void Point(int descriptor, string path, int flags)
    {
        var opened = open(path, flags, UserReadWriteOthersRead);
        if (opened < 0 || dup2(opened, descriptor) < 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), $"cannot point standard stream {descriptor} at {path}");
        if (opened > 2) _ = close(opened);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsid();

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup2(int from, int to);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
