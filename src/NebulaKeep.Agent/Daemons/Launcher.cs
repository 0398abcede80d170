using System.Collections;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace NebulaKeep.Agent.Daemons;

/// <summary>
/// Starts a program from an argument list, in a session of its own, with its output in a file. .NET's own Process can only
/// connect output to pipes, which block or kill a daemon once the agent reads no more, or pass on the agent's.
/// </summary>
static partial class Launcher
{
    const short SetSignalDefaults = 0x04, SetSignalMask = 0x08, SetSession = 0x80;
    const int WriteCreateTruncate = 0x241, ReadOnly = 0, OwnerOnly = 0x180; // O_WRONLY|O_CREAT|O_TRUNC; 0600
    const int OpaqueBytes = 512; // posix_spawn's objects have 80 and 336 bytes on 64-bit glibc, and less on musl
    const int SignalSetBytes = 128;

    // What this process may know and a daemon must not: keys of stores, and of our own certificates.
    static readonly string[] HiddenPrefixes = ["AWS_", "GOOGLE_", "GCS_", "S3_", "NEBULAKEEP_", "CLIENT_KEY_", "CLIENT_CERT_", "CA_CERT_"];

    /// <returns>The process id. The caller waits for its end (<see cref="ProcessTable.IsAlive"/> reaps it).</returns>
    /// <exception cref="IOException">The program cannot be started.</exception>
    public static int Start(string program, IReadOnlyList<string> arguments, string workingDirectory, string outputFile)
    {
        var (actions, attributes) = (Marshal.AllocHGlobal(OpaqueBytes), Marshal.AllocHGlobal(OpaqueBytes));
        try
        {
            Check(posix_spawn_file_actions_init(actions), program);
            Check(posix_spawnattr_init(attributes), program);
            Check(posix_spawn_file_actions_addopen(actions, 0, "/dev/null", ReadOnly, 0), program);
            Check(posix_spawn_file_actions_addopen(actions, 1, outputFile, WriteCreateTruncate, OwnerOnly), program);
            Check(posix_spawn_file_actions_adddup2(actions, 1, 2), program);
            Check(posix_spawn_file_actions_addchdir_np(actions, workingDirectory), program);
            ResetSignals(attributes);
            Check(posix_spawn(out var pid, program, actions, attributes, [program, .. arguments, null], [.. Environment(), null]), program);
            return pid;
        }
        finally
        {
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
            Marshal.FreeHGlobal(actions);
            Marshal.FreeHGlobal(attributes);
        }
    }

    /// <summary>.NET ignores SIGPIPE and handles others; a daemon begins with none of that.</summary>
    static void ResetSignals(nint attributes)
    {
        var (none, all) = (new byte[SignalSetBytes], new byte[SignalSetBytes]);
        _ = sigfillset(all);
        _ = posix_spawnattr_setsigmask(attributes, none);
        _ = posix_spawnattr_setsigdefault(attributes, all);
        _ = posix_spawnattr_setflags(attributes, SetSignalDefaults | SetSignalMask | SetSession);
    }

    static IEnumerable<string> Environment() => System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(variable => !HiddenPrefixes.Any(prefix => ((string)variable.Key).StartsWith(prefix, StringComparison.Ordinal)))
        .Select(variable => $"{variable.Key}={variable.Value}");

    static void Check(int error, string program)
    {
        if (error != 0) throw new IOException($"{program} cannot be started: {new Win32Exception(error).Message}", error);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn(out int pid, string path, nint actions, nint attributes, string?[] arguments, string?[] environment);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(nint actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_destroy(nint actions);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn_file_actions_addopen(nint actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_adddup2(nint actions, int from, int to);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn_file_actions_addchdir_np(nint actions, string path);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_init(nint attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_destroy(nint attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setflags(nint attributes, short flags);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigmask(nint attributes, byte[] signals);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigdefault(nint attributes, byte[] signals);

    [LibraryImport("libc")]
    private static partial int sigfillset([Out] byte[] signals);
}
