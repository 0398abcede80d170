using NebulaKeep.Testing;

namespace NebulaKeep.DevCluster.Tests.Cluster;

/// <summary>Reads a golden graph through graphd and compares each row; the counts of a STATS job prove that there are no others.</summary>
static class GoldenReading
{
    /// <param name="golden">What must be there.</param>
    /// <param name="query">Runs a statement; rows as values with bars between, strings of vids in quotes as <see cref="GoldenRow.Text"/> has them.</param>
    public static async Task CheckAsync(GoldenGraph golden, Func<string, Task<IReadOnlyList<string>>> query)
    {
        (await query("SHOW SPACES")).ShouldBe(GoldenGraph.Spaces);
        foreach (var tables in golden.Tables().GroupBy(table => table.Space))
        {
            await query($"USE {tables.Key}");
            foreach (var table in tables) await CheckAsync(table, query);
            await CheckCountsAsync([.. tables], query);
        }
    }

    static async Task CheckAsync(GoldenTable table, Func<string, Task<IReadOnlyList<string>>> query)
    {
        var rows = new List<string>();
        foreach (var fetch in table.Fetches()) rows.AddRange(await query(fetch));
        var expected = table.Rows.Select(row => row.Text.Replace("\"", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        var found = rows.Order(StringComparer.Ordinal).ToList();
        found.Except(expected).Take(3).ShouldBeEmpty($"unexpected rows of {table.Name}");
        expected.Except(found).Take(3).ShouldBeEmpty($"missing rows of {table.Name}");
        found.Count.ShouldBe(expected.Count, table.Name);
    }

    static async Task CheckCountsAsync(IReadOnlyList<GoldenTable> tables, Func<string, Task<IReadOnlyList<string>>> query)
    {
        await query("SUBMIT JOB STATS");
        await Eventually.TrueAsync(
            async () => (await query("SHOW JOBS"))[0].Contains("|STATS|FINISHED|", StringComparison.Ordinal), "STATS is finished", TimeSpan.FromSeconds(30));
        var counts = (await query("SHOW STATS")).Where(row => !row.StartsWith("Space", StringComparison.Ordinal));
        counts.Order(StringComparer.Ordinal).ShouldBe(
            tables.Select(t => $"{(t.IsEdge ? "Edge" : "Tag")}|{t.Name}|{t.Rows.Count}").Order(StringComparer.Ordinal));
    }
}
