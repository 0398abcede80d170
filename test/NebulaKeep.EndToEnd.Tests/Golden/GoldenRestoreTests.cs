using NebulaKeep.DevCluster.Tests.Cluster;
using NebulaKeep.EndToEnd.Tests.Harness;

namespace NebulaKeep.EndToEnd.Tests.Golden;

/// <summary>Backups that nebula-br made of real NebulaGraph 3.8.0 servers, restored by the programs that a user runs.</summary>
[Trait("Category", "Server")]
public sealed class GoldenRestoreTests
{
    [Fact]
    public async Task Both_backups_of_real_servers_are_shown_and_come_back_row_by_row()
    {
        await using var cluster = await GoldenCluster.StartAsync();
        (await RunningProgram.RunAsync(Programs.Br, "show", "--storage", cluster.Store)).ShouldSucceed().Output.ShouldSatisfyAllConditions(
            shown => shown.ShouldContain("| BACKUP_2026_11_22_10_11_11 | 2026-11-22 10:11:12 | golden_a,golden_b,golden_c | true        | true       |"),
            shown => shown.ShouldContain("| BACKUP_2026_11_22_10_11_47 | 2026-11-22 10:11:48 | golden_a,golden_b,golden_c | true        | true       |"));

        // Into an empty cluster first, then over what is there, and back.
        foreach (var golden in new[] { GoldenGraph.First, GoldenGraph.Second, GoldenGraph.First })
        {
            (await cluster.RestoreAsync(golden)).ShouldSucceed();
            await cluster.EndSessionAsync();
            await GoldenReading.CheckAsync(golden, cluster.QueryAsync);
        }
    }
}
