namespace NebulaKeep.DevCluster.Tests.Histories;

/// <summary>The promise of the whole, with real RocksDBs, real logs and real agents: whatever happened, a backup that is complete restores to exactly the data at its point.</summary>
public sealed class HistoryTests
{
    const int Histories = 50;
    const int HistoriesOfASpace = 10;
    const int Steps = 5;

    [Fact]
    public async Task Every_complete_backup_restores_to_the_data_at_its_point()
    {
        using var folder = new TemporaryFolder(TemporaryFolder.InMemory);
        var clock = new JumpingClock();
        await using var world = new World(await AgentedCluster.StartAsync(clock, Path.Combine(folder.Path, "store")), clock, folder.Path);
        for (var seed = 0; seed < Histories; seed++)
        {
            // Each backup ends a log file of every replica: after many of them files of old histories would be all there is.
            if (seed % HistoriesOfASpace == 0) await world.BeginAsync();
            await world.LiveAsync(seed, Steps);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"made {string.Join(", ", world.Made)}; compared {world.Compared}");
        world.Compared.ShouldBeGreaterThan(Histories);
        foreach (var (kind, made) in world.Made) made.ShouldBeGreaterThan(Histories / 10, kind);
    }
}
