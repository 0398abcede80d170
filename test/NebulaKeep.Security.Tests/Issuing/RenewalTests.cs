using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Security.Issuing;

namespace NebulaKeep.Security.Tests.Issuing;

public sealed class RenewalTests
{
    static readonly DateTimeOffset Start = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Renewal_is_due_at_two_thirds() =>
        Renewal.DueAt(new Validity(Start, Start.AddDays(90))).ShouldBe(Start.AddDays(60));

    [Fact]
    public void The_plan_is_never_early_and_leaves_a_quarter_of_the_time() =>
        Prop.ForAll<PositiveInt, int>((hours, seed) =>
        {
            var validity = new Validity(Start, Start.AddHours(hours.Get));
            var planned = Renewal.PlannedAt(validity, new Random(seed));
            return planned >= Renewal.DueAt(validity) && validity.NotAfter - planned >= (validity.NotAfter - validity.NotBefore) * 0.25;
        }).QuickCheckThrowOnFailure();
}
