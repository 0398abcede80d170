using System.Text;

namespace NebulaKeep.Nebula.Common;

public sealed partial record Value
{
    /// <summary>NULL.</summary>
    public static Value Null { get; } = new() { NVal = NullType.__NULL__ };

    /// <summary>A string.</summary>
    public static Value Of(string text) => new() { SVal = Encoding.UTF8.GetBytes(text) };

    /// <summary>Bytes as a string value: also how requests to storaged carry integer vids (spec/graph-service.md §9).</summary>
    public static Value Of(byte[] bytes) => new() { SVal = bytes };

    /// <summary>An integer.</summary>
    public static Value Of(long number) => new() { IVal = number };

    /// <summary>A floating-point number.</summary>
    public static Value Of(double number) => new() { FVal = number };

    /// <summary>A bool.</summary>
    public static Value Of(bool flag) => new() { BVal = flag };

    /// <summary>The string as text, with U+FFFD for what is not UTF-8; null for another kind of value.</summary>
    public string? AsText => SVal is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
}
