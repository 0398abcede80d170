using NebulaKeep.EndToEnd.Tests.Harness;

namespace NebulaKeep.EndToEnd.Tests;

[Trait("Category", "Server")]
public sealed class CertificateTests(SlowClusterFixture fixture) : IClassFixture<SlowClusterFixture>
{
    readonly LocalCluster cluster = fixture.Cluster;

    [Fact]
    public async Task Certificates_that_are_swapped_while_a_backup_and_a_restore_run_break_nothing()
    {
        var before = await cluster.DigestsAsync();
        using var backup = cluster.StartBackup();
        await SwapDuringAsync(backup);
        var name = LocalCluster.NameIn((await backup.WaitAsync()).ShouldSucceed().Output);

        using var restore = cluster.StartRestore(name);
        await SwapDuringAsync(restore);
        (await restore.WaitAsync()).ShouldSucceed();

        (await cluster.DigestsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_client_without_the_right_certificate_gets_nowhere_and_is_told_why()
    {
        var end = await LocalCluster.BrAsync("backup", "full", "--meta", $"{cluster.Metad}", "--storage", cluster.Store);

        end.ExitCode.ShouldBe(1);
        end.Errors.ShouldContain($"{cluster.Metad}");
        cluster.Checkpoints().ShouldBeEmpty();
    }

    async Task SwapDuringAsync(RunningProgram running)
    {
        do await cluster.IssueAsync(force: true);
        while (!running.HasExited);
    }
}
