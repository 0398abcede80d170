using System.Globalization;
using System.Runtime.InteropServices;
using NebulaKeep.Agent.Files;

namespace NebulaKeep.Agent.Daemons;

/// <summary>Processes of this machine as /proc shows them.</summary>
static partial class ProcessTable
{
    const int Terminate = 15, NoSuchProcess = 3, DoNotWait = 1;
    const int MaxCommandLineBytes = 64 << 10;

    /// <summary>True while the process runs. One that has ended and waits to be reaped is gone.</summary>
    public static bool IsAlive(int pid)
    {
        // A daemon that does not go to the background is our child: reap it, or its entry stays for ever.
        _ = waitpid(pid, out _, DoNotWait);
        return StateOf(pid) is not (null or 'Z' or 'X');
    }

    /// <summary>How a child ended; null while it runs, -1 where its end was seen elsewhere or a signal caused it.</summary>
    public static int? ExitCodeOf(int child)
    {
        var reaped = waitpid(child, out var status, DoNotWait);
        if (reaped == 0) return null;
        return reaped == child && (status & 0x7f) == 0 ? (status >> 8) & 0xff : -1;
    }

    /// <summary>Whether a process was started from a program file: it runs it, or (scripts, hosts) names it as its own name.</summary>
    public static bool RunsProgram(int pid, string program)
    {
        var real = RealPath(program);
        try
        {
            if (File.ResolveLinkTarget($"/proc/{pid}/exe", returnFinalTarget: false) is { } exe && RealPath(exe.FullName) == real) return true;
            return CommandLine(pid).Take(2).Any(word => word == program || word.StartsWith('/') && RealPath(word) == real);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>True where one of the first words of the command line ends with a name.</summary>
    public static bool IsCalled(int pid, string name) =>
        CommandLine(pid).Take(2).Any(word => Path.GetFileName(word) == name);

    /// <summary>Whether a directory is a process's working directory.</summary>
    public static bool WorksIn(int pid, string directory)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{pid}/cwd", returnFinalTarget: false) is { } here && here.FullName == Posix.RealPath(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether a process was given an argument, alone or as <c>--flag=argument</c>.</summary>
    public static bool HasArgument(int pid, string argument) =>
        CommandLine(pid).Any(word => word == argument || word.StartsWith('-') && word.EndsWith($"={argument}", StringComparison.Ordinal));

    /// <summary>Asks a process to end. False where there is none.</summary>
    /// <exception cref="UnauthorizedAccessException">It belongs to another user.</exception>
    public static bool SendTerminate(int pid)
    {
        if (kill(pid, Terminate) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess ? false : throw new UnauthorizedAccessException($"process {pid} may not be stopped by this user (errno {error})");
    }

    /// <summary>The number in a pid file; null where there is none.</summary>
    public static int? ReadPidFile(string path)
    {
        try
        {
            using var file = new StreamReader(path);
            var text = new char[32];
            var count = file.ReadBlock(text);
            return int.TryParse(text.AsSpan(0, count).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 1 ? pid : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The letter after the name in /proc/pid/stat; the name may hold anything, so it is searched from the end.</summary>
    static char? StateOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static string[] CommandLine(int pid)
    {
        try
        {
            using var file = new StreamReader($"/proc/{pid}/cmdline");
            var text = new char[MaxCommandLineBytes];
            return new string(text, 0, file.ReadBlock(text)).Split('\0');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    static string RealPath(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int pid, out int status, int options);
}
