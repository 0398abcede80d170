using System.Runtime.InteropServices;

namespace NebulaKeep.EndToEnd.Tests.Harness;

/// <summary>Signals of Linux by number.</summary>
static partial class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>Sends a signal; a process that has ended already is no error.</summary>
    public static void Send(int process, int signal)
    {
        const int noSuchProcess = 3;
        if (SendSignal(process, signal) != 0 && Marshal.GetLastPInvokeError() is not noSuchProcess and var error)
            throw new InvalidOperationException($"Signal {signal} did not reach process {process}: error {error}.");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
