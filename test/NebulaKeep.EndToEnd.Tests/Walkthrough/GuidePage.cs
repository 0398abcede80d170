using System.Text.RegularExpressions;
using NebulaKeep.Testing;

namespace NebulaKeep.EndToEnd.Tests.Walkthrough;

/// <summary>A page of <c>docs/guide</c>: its blocks of commands and manifests, with the numbers of the sections that they stand in.</summary>
sealed partial class GuidePage
{
    GuidePage(IReadOnlyList<Block> blocks) => Blocks = blocks;

    /// <summary>All of them, from top to bottom.</summary>
    public IReadOnlyList<Block> Blocks { get; }

    /// <summary>Numbers of the sections that have commands.</summary>
    public IReadOnlySet<int> Sections => Blocks.Where(block => block.IsCommands).Select(block => block.Section).ToHashSet();

    public static GuidePage Read(string name) => Parse(File.ReadAllText(RepositoryRoot.Join("docs", "guide", name)));

    public static GuidePage Parse(string text)
    {
        var (section, found) = (0, new List<Block>());
        foreach (Match part in Parts().Matches(text))
        {
            if (part.Groups["number"].Success) section = int.Parse(part.Groups["number"].Value);
            else found.Add(new Block(section, part.Groups["language"].Value == "sh", part.Groups["text"].Value));
        }

        return new GuidePage(found);
    }

    /// <summary>The commands of a section, block by block.</summary>
    public IReadOnlyList<string> Commands(int section) =>
        Blocks.Where(block => block.IsCommands && block.Section == section).Select(block => block.Text).ToList() is { Count: > 0 } commands
            ? commands
            : throw new KeyNotFoundException($"The page has no section {section} with commands.");

    [GeneratedRegex(@"^## (?<number>\d+)\. |^```(?<language>sh|yaml)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Parts();

    /// <summary>A fenced block: commands, or else a manifest.</summary>
    public sealed record Block(int Section, bool IsCommands, string Text);
}
