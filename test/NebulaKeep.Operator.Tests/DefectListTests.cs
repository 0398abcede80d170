using System.Text.RegularExpressions;
using NebulaKeep.Testing;

namespace NebulaKeep.Operator.Tests;

/// <summary>The page about upstream's defects names what exists.</summary>
public sealed partial class DefectListTests
{
    static readonly string[] Lines = File.ReadAllLines(RepositoryRoot.Join("docs", "design", "0018-upstream-defects.md"));

    [Fact]
    public void Every_defect_has_its_line() =>
        Rows().Select(row => row[1]).ShouldBe([.. Enumerable.Range(1, 25).Select(number => $"B{number}"), .. Enumerable.Range(1, 16).Select(number => $"C{number}"), .. Enumerable.Range(1, 17).Select(number => $"R{number}")]);

    [Fact]
    public void Every_test_and_case_that_is_named_exists()
    {
        var tests = TestsOf(RepositoryRoot.Join("test"));

        tests.Count.ShouldBeGreaterThan(1000);
        foreach (var row in Rows())
        {
            var named = Named().Matches(row[3]).Select(match => match.Groups["name"].Value).ToList();
            named.ShouldNotBeEmpty(row[1]);
            foreach (var name in named)
                (name.Contains('/', StringComparison.Ordinal) ? Directory.Exists(CaseFolder(name)) : tests.Contains(name)).ShouldBeTrue($"{row[1]}: {name}");
        }
    }

    [Fact]
    public void Every_test_that_carries_a_number_is_in_the_list()
    {
        var listed = Rows().SelectMany(row => Named().Matches(row[3]).Select(match => match.Groups["name"].Value)).ToHashSet(StringComparer.Ordinal);
        TestsOf(RepositoryRoot.Join("test", "NebulaKeep.Operator.Tests")).Where(name => Numbered().IsMatch(name) && !listed.Contains(name)).ShouldBeEmpty();
    }

    static IEnumerable<string[]> Rows() => Lines.Where(line => Row().IsMatch(line)).Select(line => line.Split('|', StringSplitOptions.TrimEntries));

    static string CaseFolder(string name)
    {
        var parts = name.Split('/');
        return RepositoryRoot.Join("test", "NebulaKeep.Operator.Tests", parts[0], "Cases", parts[1]);
    }

    static HashSet<string> TestsOf(string folder) => [.. Directory.EnumerateFiles(folder, "*Tests.cs", SearchOption.AllDirectories)
        .SelectMany(file => Method().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value))];

    [GeneratedRegex(@"^\| [BCR]\d+ \|", RegexOptions.NonBacktracking)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z0-9]*(_[A-Za-z0-9_]+|/[a-z0-9.-]+))`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Named();

    [GeneratedRegex(@"^    public (async Task|void|Task) (?<name>\w+_\w+)\(", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Method();

    [GeneratedRegex(@"^[BCR]\d+_", RegexOptions.NonBacktracking)]
    private static partial Regex Numbered();
}
