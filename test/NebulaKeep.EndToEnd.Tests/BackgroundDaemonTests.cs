using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.DevCluster.Layout;
using NebulaKeep.EndToEnd.Tests.Harness;
using NebulaKeep.Testing;

namespace NebulaKeep.EndToEnd.Tests;

/// <summary>nebula-dev as scripts and agents start it.</summary>
[Trait("Category", "Server")]
public sealed class BackgroundDaemonTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_daemon_in_the_background_lets_go_of_the_pipes_it_was_started_from()
    {
        var plan = new ClusterPlan { Root = folder.Path, Metads = [new($"127.{20 + Environment.ProcessId % 200}.255.1", 9559)], Storageds = [] };
        plan.Write(Programs.Dev);
        var metad = plan.Daemons[0];
        var pidFile = new PidFile(Path.Combine(metad.Root, "pids", "nebula-metad.pid"));
        try
        {
            // Waits for the end of both outputs, as a shell's pipe does.
            (await RunningProgram.RunAsync(metad.Program, "--flagfile", metad.FlagFile, $"--pid_file={metad.Root}/pids/nebula-metad.pid", $"--log_dir={metad.Root}/logs", $"--data_path={metad.Root}/data")).ShouldSucceed();

            pidFile.Running().ShouldNotBeNull();
        }
        finally
        {
            if (pidFile.Running() is { } pid) System.Diagnostics.Process.GetProcessById(pid).Kill();
        }
    }
}
