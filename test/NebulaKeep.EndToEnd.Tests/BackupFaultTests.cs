using System.ComponentModel;
using System.Runtime.InteropServices;
using NebulaKeep.EndToEnd.Tests.Harness;
using NebulaKeep.Testing;

namespace NebulaKeep.EndToEnd.Tests;

/// <summary>What goes wrong while a backup runs, with real processes. The finer grain is in the engine's own tests.</summary>
[Trait("Category", "Server")]
public sealed partial class BackupFaultTests(SlowClusterFixture fixture) : IClassFixture<SlowClusterFixture>
{
    static readonly TimeSpan WritesOpen = TimeSpan.FromSeconds(10);
    readonly LocalCluster cluster = fixture.Cluster;

    [Fact]
    public async Task Metad_dies_after_it_has_blocked_writes()
    {
        var hung = cluster.PidOf(4);
        Signals.Send(hung, Signals.Stop);
        using var backup = cluster.StartBackup();
        await backup.UntilPrintedAsync("making the checkpoint");
        await Eventually.TrueAsync(cluster.AreWritesBlockedAsync, "writes were never blocked", TimeSpan.FromMinutes(1));

        await cluster.KillDaemonAsync(1);
        Signals.Send(hung, Signals.Continue);
        var end = await backup.WaitAsync();
        await cluster.StartDaemonAsync(1);

        end.ExitCode.ShouldBe(1);
        end.Errors.ShouldContain($"{cluster.Metad}");
        await Eventually.TrueAsync(cluster.CanWriteAsync, "writes stay blocked", WritesOpen);
        await ShouldBeAsIfNothingHappenedAsync(end, leftAtMetad: true);
    }

    [Fact]
    public async Task An_agent_dies_while_it_uploads()
    {
        using var backup = cluster.StartBackup();
        await backup.UntilPrintedAsync("\"progress\"");

        cluster.Agent(3).Kill();
        var end = await backup.WaitAsync();
        cluster.StartAgent(3);
        await cluster.AgentsOnlineAsync();

        end.ExitCode.ShouldBe(1);
        end.Errors.ShouldContain($"{cluster.Host(3)}:8888");
        (await cluster.CanWriteAsync()).ShouldBeTrue();
        await ShouldBeAsIfNothingHappenedAsync(end, leftOnDisk: true);
    }

    [Fact]
    public async Task A_file_of_the_checkpoint_vanishes_while_it_is_uploaded()
    {
        using var backup = cluster.StartBackup(null, "--concurrency", "1");
        await backup.UntilPrintedAsync("\"progress\"");

        var file = cluster.Checkpoints().SelectMany(directory => Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)).Where(path => path.StartsWith(cluster.HostFolder(2), StringComparison.Ordinal)).Max(StringComparer.Ordinal)!;
        File.Delete(file);
        var end = await backup.WaitAsync();

        end.ExitCode.ShouldBe(1);
        end.Errors.ShouldContain(Path.GetFileName(file));
        (await cluster.CanWriteAsync()).ShouldBeTrue();
        await ShouldBeAsIfNothingHappenedAsync(end);
    }

    [Fact]
    public async Task The_store_is_full()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root to mount a small disk");
        var small = Directory.CreateDirectory(Path.Combine(cluster.StoreFolder, "small")).FullName;
        if (mount("tmpfs", small, "tmpfs", 0, "size=2m") != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        try
        {
            using var backup = cluster.StartBackup($"local://{small}");
            var end = await backup.WaitAsync();

            end.ExitCode.ShouldBe(1);
            end.Errors.ShouldContain("No space left");
            (await cluster.CanWriteAsync()).ShouldBeTrue();
            await ShouldBeAsIfNothingHappenedAsync(end, store: $"local://{small}");
        }
        finally
        {
            _ = umount(small);
            Directory.Delete(small);
        }
    }

    [Fact]
    public async Task Ctrl_C_while_agents_upload()
    {
        using var backup = cluster.StartBackup();
        await backup.UntilPrintedAsync("\"progress\"");

        backup.Interrupt();
        var end = await backup.WaitAsync();

        end.ExitCode.ShouldBe(130);
        (await cluster.CanWriteAsync()).ShouldBeTrue();
        await ShouldBeAsIfNothingHappenedAsync(end);
    }

    /// <summary>No checkpoint, no directory that looks like a backup, and the next backup succeeds.</summary>
    async Task ShouldBeAsIfNothingHappenedAsync(Finished end, bool leftAtMetad = false, bool leftOnDisk = false, string? store = null)
    {
        var name = LocalCluster.NameIn(end.All);
        if (leftAtMetad || leftOnDisk)
        {
            end.Errors.ShouldContain("br cleanup");
            foreach (var row in await cluster.NgqlAsync("SHOW SNAPSHOTS")) name = row.Values[0].AsText!;
            var isLeft = leftAtMetad || cluster.Checkpoints().Count > 0;
            var cleanup = await cluster.CleanUpAsync(name, store);
            cleanup.ExitCode.ShouldBe(isLeft ? 0 : 1, cleanup.All);
        }

        (await cluster.NgqlAsync("SHOW SNAPSHOTS")).ShouldBeEmpty();
        cluster.Checkpoints().ShouldBeEmpty();
        (await LocalCluster.BrAsync("show", "--storage", store ?? cluster.Store)).ShouldSucceed().Output.ShouldNotContain(name.Length > 0 ? name : "BACKUP_");
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int umount(string target);
}
