using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.DevCluster.Workload;

namespace NebulaKeep.DevCluster.Tests.Workload;

public sealed class RowDigestTests
{
    [Fact]
    public void Order_does_not_matter() =>
        Prop.ForAll<string[]>(rows => Of(rows) == Of(rows.Reverse())).QuickCheckThrowOnFailure();

    [Fact]
    public void A_row_more_or_less_or_another_one_shows() => Prop.ForAll<string[], string>((rows, one) =>
        Of([.. rows, one]) != Of(rows) && Of([.. rows, one, one]) != Of(rows) && Of([.. rows, one]) != Of([.. rows, one + "x"])).QuickCheckThrowOnFailure();

    static string Of(IEnumerable<string> rows)
    {
        var digest = new RowDigest();
        foreach (var row in rows) digest.Add(row ?? "");
        return $"{digest.Count}:{digest}";
    }
}
