using FsCheck;
using FsCheck.Fluent;

namespace NebulaKeep.Backup.Tests.Histories;

/// <summary>What can happen to a cluster and its backups.</summary>
enum Happening
{
    Write,
    Flush,
    Compact,
    CreateSpace,
    DropSpace,
    Full,
    Incremental,
    Remove,
    Resume,
    Restore,
}

/// <summary>How an action on the store ends.</summary>
enum Ending
{
    Well,
    Killed,
    Failed,
    AnswerLost,
}

/// <summary>One step; numbers choose among what there is.</summary>
/// <param name="What">What happens.</param>
/// <param name="Which">Chooses host, space or backup.</param>
/// <param name="How">For backups, removals and resuming.</param>
/// <param name="At">The call, counted from the step's beginning, at which it goes wrong.</param>
/// <param name="Flag">Resumable; by checksum.</param>
sealed record Step(Happening What, int Which, Ending How, int At, bool Flag)
{
    public override string ToString() => $"{What} {Which}{(How == Ending.Well ? "" : $" {How} at {At}")}{(Flag ? " flag" : "")}";
}

/// <summary>Histories for property tests; a failing one shrinks by leaving steps out.</summary>
static class History
{
    const int LongestHistory = 14;
    const int MostCalls = 130;

    public static Arbitrary<Step[]> Any { get; } = Arb.From(
        Gen.Choose(2, LongestHistory).SelectMany(length => Steps.ArrayOf(length)), Shorter);

    static Gen<Step> Steps { get; } =
        from what in Gen.Frequency(
            (6, Gen.Elements(Happening.Write, Happening.Flush, Happening.Compact)),
            (1, Gen.Elements(Happening.CreateSpace, Happening.DropSpace)),
            (3, Gen.Constant(Happening.Full)),
            (8, Gen.Constant(Happening.Incremental)),
            (2, Gen.Constant(Happening.Remove)),
            (3, Gen.Constant(Happening.Resume)),
            (1, Gen.Constant(Happening.Restore)))
        from which in Gen.Choose(0, 1000)
        from how in Gen.Frequency((5, Gen.Constant(Ending.Well)), (2, Gen.Constant(Ending.Killed)), (1, Gen.Elements(Ending.Failed, Ending.AnswerLost)))
        from at in Gen.Choose(1, MostCalls)
        from flag in Gen.Elements(true, false)
        select new Step(what, which, how, at, flag);

    static IEnumerable<Step[]> Shorter(Step[] history) => Enumerable.Range(0, history.Length).Select(i => history.Where((_, j) => j != i).ToArray());
}
