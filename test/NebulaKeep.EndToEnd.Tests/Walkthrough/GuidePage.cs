using System.Text.RegularExpressions;
using NebulaKeep.Testing;

namespace NebulaKeep.EndToEnd.Tests.Walkthrough;

/// <summary>A page of <c>docs/guide</c>: what stands in its <c>sh</c> blocks, by the number of the section.</summary>
sealed partial class GuidePage
{
    readonly ILookup<int, string> blocks;

    GuidePage(ILookup<int, string> blocks) => this.blocks = blocks;

    /// <summary>Numbers of the sections that have commands.</summary>
    public IReadOnlySet<int> Sections => blocks.Select(section => section.Key).ToHashSet();

    public static GuidePage Read(string name) => Parse(File.ReadAllText(RepositoryRoot.Join("docs", "guide", name)));

    public static GuidePage Parse(string text)
    {
        var (section, found) = (0, new List<(int Section, string Commands)>());
        foreach (Match part in Parts().Matches(text))
        {
            if (part.Groups["number"].Success) section = int.Parse(part.Groups["number"].Value);
            else found.Add((section, part.Groups["commands"].Value));
        }

        return new GuidePage(found.ToLookup(block => block.Section, block => block.Commands));
    }

    /// <summary>The blocks of a section, in their order.</summary>
    public IReadOnlyList<string> Commands(int section) =>
        blocks[section].ToList() is { Count: > 0 } commands ? commands : throw new KeyNotFoundException($"The page has no section {section} with commands.");

    [GeneratedRegex(@"^## (?<number>\d+)\. |^```sh\n(?<commands>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Parts();
}
