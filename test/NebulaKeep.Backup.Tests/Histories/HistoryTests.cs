using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore.Sealed;

namespace NebulaKeep.Backup.Tests.Histories;

/// <summary>
/// The promise of the whole: whatever happened, a backup that is complete restores to exactly the data at its point. Runs are
/// killed, fail or lose an answer at any call on cluster or store.
/// </summary>
public sealed class HistoryTests
{
    [Fact]
    public void Every_complete_backup_restores_to_the_data_at_its_point() => Check(2000, atLeast: 2000, seal: null);

    // Looking at compressed objects takes more calls, so more of the runs are struck.
    [Fact]
    public void The_same_where_the_root_is_compressed_and_encrypted() =>
        Check(400, atLeast: 200, new Seal(ContentCompression.Zstd, new SealEncryption(new Secret(Convert.ToBase64String(new byte[32])), 1024)));

    static void Check(int histories, int atLeast, Seal? seal)
    {
        var (completed, resumed, removed) = (0, 0, 0);

        Prop.ForAll(History.Any, history =>
        {
            var world = new World(seal);
            world.LiveAsync(history).GetAwaiter().GetResult();
            var wrong = world.FindWrongAsync().GetAwaiter().GetResult();
            (completed, resumed, removed) = (completed + world.Completed, resumed + world.Resumed, removed + world.Removed);
            return (wrong is null).Label(wrong ?? "");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(histories));

        completed.ShouldBeGreaterThan(atLeast, "most histories make several backups");
        resumed.ShouldBeGreaterThan(histories / 200);
        removed.ShouldBeGreaterThan(histories / 10);
    }
}
