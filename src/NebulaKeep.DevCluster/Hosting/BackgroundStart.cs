using System.Diagnostics;

namespace NebulaKeep.DevCluster.Hosting;

/// <summary>
/// What <c>--daemonize=true</c> does: the same program again as a process of its own, and an end with 0 once that has opened its
/// ports. A process of .NET cannot fork itself, so the second one is told by its environment to go to the background.
/// </summary>
static class BackgroundStart
{
    const string Marker = "NEBULA_DEV_IN_BACKGROUND";
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>True in the process that is to become the daemon.</summary>
    public static bool IsSecondProcess { get; } = Environment.GetEnvironmentVariable(Marker) == "1";

    /// <summary>Starts the second process and waits until it runs or has ended; its errors go to the same terminal.</summary>
    /// <param name="program">The file to start, as this process was started.</param>
    /// <param name="arguments">This process's own.</param>
    /// <param name="pidFile">Where the second process names itself once it runs.</param>
    /// <param name="clock">Waits.</param>
    /// <returns>An exit code: 0, or that of the second process.</returns>
    public static async Task<int> RunAsync(string program, IReadOnlyList<string> arguments, PidFile pidFile, TimeProvider clock)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false };
        start.Environment[Marker] = "1";
        using var second = Process.Start(start) ?? throw new InvalidOperationException($"{program} was not started");
        while (!second.HasExited)
        {
            if (pidFile.Read() == second.Id) return 0;
            await Task.Delay(Pause, clock);
        }

        return second.ExitCode == 0 ? 1 : second.ExitCode;
    }
}
