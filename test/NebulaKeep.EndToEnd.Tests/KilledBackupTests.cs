using NebulaKeep.EndToEnd.Tests.Harness;

namespace NebulaKeep.EndToEnd.Tests;

/// <summary>A br that had no chance to clean up. What it leaves keeps others away, so it has a cluster for itself.</summary>
[Trait("Category", "Server")]
public sealed class KilledBackupTests(SlowClusterFixture fixture) : IClassFixture<SlowClusterFixture>
{
    readonly LocalCluster cluster = fixture.Cluster;

    [Fact]
    public async Task Nothing_looks_complete_writes_are_open_and_the_next_run_is_told_what_to_do()
    {
        using var backup = cluster.StartBackup();
        await backup.UntilPrintedAsync("\"progress\"");
        backup.Kill();
        await backup.WaitAsync();
        var name = LocalCluster.NameIn(backup.OutputSoFar);

        (await cluster.CanWriteAsync()).ShouldBeTrue();
        var shown = (await LocalCluster.BrAsync("show", "--storage", cluster.Store, "--wide")).ShouldSucceed().Output;
        shown.Split('\n').Single(line => line.Contains(name)).ShouldSatisfyAllConditions(row => row.ShouldContain("running"), row => row.ShouldNotContain("complete"));
        (await LocalCluster.BrAsync("verify", "--storage", cluster.Store, "--name", name)).ExitCode.ShouldBe(1);
        (await cluster.RestoreAsync(name)).ExitCode.ShouldBe(1);
        using var next = cluster.StartBackup();
        var refused = await next.WaitAsync();
        (refused.ExitCode, refused.Errors).ShouldSatisfyAllConditions(
            end => end.ExitCode.ShouldBe(1), end => end.Errors.ShouldContain($"br cleanup --name {name}"));

        // Nobody can tell at once whether it was killed or only hangs.
        var early = await cluster.CleanUpAsync(name);
        early.ExitCode.ShouldBe(1);
        early.Errors.ShouldContain("if it was killed, try again in 2 minutes");
    }
}
