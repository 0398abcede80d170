using System.Text;

namespace NebulaKeep.Reference.Tests;

/// <summary>A page of the reference as it grows.</summary>
sealed class Markdown
{
    readonly StringBuilder text = new();

    public Markdown Heading(int level, string title) => Line($"{new string('#', level)} {title}").Line("");

    public Markdown Paragraph(string content) => Line(content).Line("");

    public Markdown Block(string content) => Line("```").Line(content.TrimEnd()).Line("```").Line("");

    /// <summary>Nothing where there are no rows.</summary>
    public Markdown Table(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (rows.Count == 0) return this;
        Row(header).Line($"|{string.Concat(header.Select(_ => " --- |"))}");
        foreach (var row in rows) Row(row);
        return Line("");
    }

    /// <summary>Text as it is, in a cell, too.</summary>
    public static string Code(string value) => value.Length == 0 ? "" : $"`{value}`";

    public override string ToString() => text.ToString().TrimEnd('\n') + "\n";

    Markdown Row(IEnumerable<string> cells) => Line($"| {string.Join(" | ", cells.Select(Cell))} |");

    /// <summary>Angle brackets outside of code would be HTML.</summary>
    static string Cell(string content)
    {
        var plain = content.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
        return string.Join('`', plain.Split('`').Select((part, index) => index % 2 == 1 ? part : part.Replace("<", "&lt;", StringComparison.Ordinal)));
    }

    Markdown Line(string line)
    {
        text.Append(line).Append('\n');
        return this;
    }
}
