using System.Text.RegularExpressions;

namespace NebulaKeep.ImageTar.Tests;

/// <summary>A stage of a Dockerfile with what it has from the stages below it, as far as this project's file needs it.</summary>
/// <param name="Instructions">Name and arguments of each, the lowest stage's first.</param>
sealed partial record DockerStage(IReadOnlyList<(string Name, string Arguments)> Instructions)
{
    public string Text => string.Join('\n', Instructions.Select(instruction => $"{instruction.Name} {instruction.Arguments}"));

    /// <summary>All stages by name.</summary>
    public static Dictionary<string, DockerStage> Read(string text)
    {
        var stages = new Dictionary<string, DockerStage>(StringComparer.Ordinal);
        var (name, current) = ("", new List<(string, string)>());
        foreach (var line in text.Replace("\\\n", "").Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var parts = line.Split(' ', 2);
            if (parts[0] != "FROM")
            {
                current.Add((parts[0], parts[1].Trim()));
                stages[name] = new DockerStage([.. current]);
                continue;
            }

            var from = parts[1].Split(' ');      // BASE AS NAME
            (name, current) = (from[2], stages.TryGetValue(from[0], out var below) ? [.. below.Instructions] : []);
        }

        return stages;
    }

    /// <summary>The last instruction of a kind counts.</summary>
    public string? Last(string instruction) => Instructions.LastOrDefault(line => line.Name == instruction).Arguments;

    /// <summary>KEY=VALUE of all instructions of a kind; the value may be quoted.</summary>
    public Dictionary<string, string> Pairs(string instruction) =>
        Instructions.Where(line => line.Name == instruction).SelectMany(line => Pair().Matches(line.Arguments))
            .ToDictionary(match => match.Groups["key"].Value, match => match.Groups["value"].Value.Trim('"'), StringComparer.Ordinal);

    [GeneratedRegex("(?<key>[^ =]+)=(?<value>\"[^\"]*\"|[^ ]*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pair();
}
