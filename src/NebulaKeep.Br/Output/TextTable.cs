namespace NebulaKeep.Br.Output;

/// <summary>A table with borders as nebula-br prints them: titles in the middle, cells to the left (observed).</summary>
static class TextTable
{
    /// <summary>The lines of the table.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<string> header, IReadOnlyList<string[]> rows)
    {
        var widths = header.Select((title, column) => rows.Select(r => r[column].Length).Append(title.Length).Max()).ToArray();
        var border = "+" + string.Concat(widths.Select(w => new string('-', w + 2) + "+"));
        yield return border;
        yield return Line(header.Select((title, column) => Centre(title, widths[column])));
        yield return border;
        foreach (var row in rows) yield return Line(row.Select((cell, column) => cell.PadRight(widths[column])));
        if (rows.Count > 0) yield return border;
    }

    static string Line(IEnumerable<string> cells) => string.Concat(cells.Select(c => $"| {c} ")) + "|";

    static string Centre(string text, int width)
    {
        var left = (width - text.Length) / 2;
        return new string(' ', left) + text.PadRight(width - left);
    }
}
