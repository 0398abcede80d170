using FsCheck;
using FsCheck.Fluent;

namespace NebulaKeep.Backup.Tests.Retention;

public sealed class StoreHistoryTests
{
    const int Histories = 2000;

    [Fact]
    public void Whatever_happens_complete_backups_stay_whole_and_nothing_unused_survives_two_prunes() =>
        Prop.ForAll(HappeningsGen().ToArbitrary(), happenings => Task.Run(() => PlayAsync(happenings)).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Histories));

    [Fact]
    public async Task A_backup_that_somebody_else_removes_while_its_parts_are_read_stops_no_prune() => (await PlayAsync(
    [
        new(0, 0, 0, 5), new(2, 3, 0, 1394077262), new(7, 6, 0, 121532995), new(7, 0, 0, 1592733327), new(6, 2, 0, 1727716800), new(4, 7, 0, 1309852250),
    ])).ShouldBeTrue();

    static async Task<bool> PlayAsync(Happening[] happenings)
    {
        var history = new StoreHistory();
        foreach (var one in happenings) await history.PlayAsync(one);
        await history.NothingUnusedSurvivesAsync();
        return true;
    }

    static Gen<Happening[]> HappeningsGen() =>
        from count in Gen.Choose(2, 9)
        from happenings in One().ArrayOf(count)
        select (Happening[])[new Happening(0, 0, 0, count), .. happenings];

    static Gen<Happening> One() =>
        from kind in Gen.Choose(0, Happening.Kinds - 1)
        from pick in Gen.Choose(0, 9)
        from dies in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(1, 12)))
        from seed in Gen.Choose(0, int.MaxValue)
        select new Happening(kind, pick, dies, seed);
}
