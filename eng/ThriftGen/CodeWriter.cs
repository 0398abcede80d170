using System.Text;

namespace NebulaKeep.ThriftGen;

/// <summary>Collects lines of C# with their indentation.</summary>
public sealed class CodeWriter
{
    readonly StringBuilder text = new();
    int depth;

    /// <summary>Adds a line, or an empty one.</summary>
    public void Line(string line = "")
    {
        if (line.Length > 0) text.Append(' ', depth * 4).Append(line);
        text.Append('\n');
    }

    /// <summary>Adds a block in braces below a head.</summary>
    public void Block(string head, Action body)
    {
        Line(head);
        Line("{");
        depth++;
        body();
        depth--;
        Line("}");
    }

    /// <summary>Adds a one-line doc comment.</summary>
    public void Summary(string summary) => Line($"/// <summary>{Xml(summary)}</summary>");

    /// <summary>Everything added.</summary>
    public override string ToString() => text.ToString();

    static string Xml(string value) => value.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
