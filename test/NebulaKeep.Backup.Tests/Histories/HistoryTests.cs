using FsCheck;
using FsCheck.Fluent;

namespace NebulaKeep.Backup.Tests.Histories;

/// <summary>
/// The promise of the whole: whatever happened, a backup that is complete restores to exactly the data at its point. Runs are
/// killed, fail or lose an answer at any call on cluster or store.
/// </summary>
public sealed class HistoryTests
{
    const int Histories = 2000;

    [Fact]
    public void Every_complete_backup_restores_to_the_data_at_its_point()
    {
        var (completed, resumed, removed) = (0, 0, 0);

        Prop.ForAll(History.Any, history =>
        {
            var world = new World();
            world.LiveAsync(history).GetAwaiter().GetResult();
            var wrong = world.FindWrongAsync().GetAwaiter().GetResult();
            (completed, resumed, removed) = (completed + world.Completed, resumed + world.Resumed, removed + world.Removed);
            return (wrong is null).Label(wrong ?? "");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Histories));

        completed.ShouldBeGreaterThan(Histories, "most histories make several backups");
        resumed.ShouldBeGreaterThan(Histories / 200);
        removed.ShouldBeGreaterThan(Histories / 10);
    }
}
