using System.Text.RegularExpressions;

namespace NebulaKeep.Architecture.Tests;

/// <summary>Rules of the sources that no analyzer knows.</summary>
public sealed partial class SourceTests
{
    const int MostLines = 400;
    const int MatchTimeoutMilliseconds = 5000;

    [Fact]
    public void No_file_grows_beyond_what_one_can_overlook() =>
        Repository.Sources("src").Where(path => File.ReadLines(path).Count() > MostLines).ShouldBeEmpty($"files of more than {MostLines} lines");

    [Fact]
    public void Unfinished_work_carries_an_issue_number() =>
        Matches(UnfinishedWork()).ShouldBeEmpty();

    [Fact]
    public void No_shell_is_started() => Matches(Shell(), "src").ShouldBeEmpty();

    [Fact]
    public void No_error_is_swallowed_in_silence() => Matches(EmptyCatch(), "src").ShouldBeEmpty();

    static IEnumerable<string> Matches(Regex pattern, params string[] folders) =>
        from path in (folders.Length == 0 ? ["src", "test"] : folders).SelectMany(Repository.Sources)
        where !path.EndsWith($"{nameof(SourceTests)}.cs", StringComparison.Ordinal) && pattern.IsMatch(File.ReadAllText(path))
        select Path.GetRelativePath(Repository.Root, path);

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b(?!\(#\d+\))", RegexOptions.ExplicitCapture, MatchTimeoutMilliseconds)]
    private static partial Regex UnfinishedWork();

    [GeneratedRegex("\"(/bin/)?(ba|da)?sh\"|UseShellExecute = true", RegexOptions.ExplicitCapture, MatchTimeoutMilliseconds)]
    private static partial Regex Shell();

    [GeneratedRegex(@"catch\s*(\(Exception[^)]*\))?\s*\{\s*\}", RegexOptions.ExplicitCapture, MatchTimeoutMilliseconds)]
    private static partial Regex EmptyCatch();
}
