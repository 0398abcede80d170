using NebulaKeep.EndToEnd.Tests.Harness;

namespace NebulaKeep.EndToEnd.Tests;

/// <summary>What goes wrong while a restore runs: the data from before is back, or can be brought back by the journals.</summary>
[Trait("Category", "Server")]
public sealed class RestoreFaultTests(ChangedClusterFixture fixture) : IClassFixture<ChangedClusterFixture>
{
    readonly LocalCluster cluster = fixture.Cluster;

    [Theory]
    [InlineData("stopping graphds")]
    [InlineData("stopping storageds")]
    [InlineData("stopping metads")]
    [InlineData("moving the old data aside")]
    [InlineData("downloading")]
    [InlineData("starting metads")]
    [InlineData("restoring metad's tables")]
    [InlineData("starting storageds")]
    [InlineData("starting graphds")]
    [InlineData("waiting for the partitions' leaders")]
    public async Task Br_is_killed_in_a_step_and_the_journals_bring_the_old_data_back(string step)
    {
        using (var restore = cluster.StartRestore(fixture.Name))
        {
            await restore.UntilPrintedAsync($"\"stepStarted\",\"step\":\"{step}\"");
            restore.Kill();
            await restore.WaitAsync();
        }

        (await LocalCluster.BrAsync(["restore", "rollback", "--agents", cluster.AgentList, .. cluster.Tls])).ShouldSucceed();
        await ShouldRunAsBeforeAsync();
    }

    [Fact]
    public async Task Ctrl_C_puts_the_old_data_back()
    {
        using var restore = cluster.StartRestore(fixture.Name);
        await restore.UntilPrintedAsync("\"downloading\"");

        restore.Interrupt();

        (await restore.WaitAsync()).ExitCode.ShouldBe(130);
        await ShouldRunAsBeforeAsync();
    }

    [Fact]
    public async Task A_changed_object_is_found_out_and_the_old_data_comes_back()
    {
        var name = await cluster.BackupAsync();
        var file = Directory.EnumerateFiles(Path.Combine(cluster.StoreFolder, name, "data"), "*.sst", SearchOption.AllDirectories).Max()!;
        await using (var stream = File.OpenWrite(file))
        {
            stream.Seek(100, SeekOrigin.Begin);
            stream.WriteByte(0xAA);
            stream.WriteByte(0x55);
        }

        var end = await cluster.RestoreAsync(name);

        end.ExitCode.ShouldBe(1);
        end.Errors.ShouldContain(Path.GetFileName(file));
        await ShouldRunAsBeforeAsync();
    }

    [Fact]
    public async Task A_missing_object_is_found_before_anything_stops()
    {
        var name = await cluster.BackupAsync();
        var file = Directory.EnumerateFiles(Path.Combine(cluster.StoreFolder, name, "data"), "*.sst", SearchOption.AllDirectories).Max()!;
        File.Delete(file);
        var running = cluster.PidOf(2);

        var end = await cluster.RestoreAsync(name);

        end.ExitCode.ShouldBe(1);
        end.Errors.ShouldContain(Path.GetFileName(file));
        end.Output.ShouldNotContain("stopping");
        cluster.PidOf(2).ShouldBe(running);
        (await cluster.DigestsAsync()).ShouldBe(fixture.Before);
    }

    async Task ShouldRunAsBeforeAsync()
    {
        (await cluster.DigestsAsync()).ShouldBe(fixture.Before);
        (await cluster.CanWriteAsync()).ShouldBeTrue();
        Directory.EnumerateFileSystemEntries(cluster.HostFolder(2), "*_old_*", SearchOption.AllDirectories).ShouldBeEmpty();
    }
}
