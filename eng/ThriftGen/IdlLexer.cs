using System.Text.RegularExpressions;

namespace NebulaKeep.ThriftGen;

/// <summary>What a token is.</summary>
public enum TokenKind
{
    /// <summary>Name or keyword, with dots.</summary>
    Word,

    /// <summary>Whole number.</summary>
    Number,

    /// <summary>Text in double quotes, without them.</summary>
    Text,

    /// <summary>One character of punctuation.</summary>
    Mark,

    /// <summary>The end.</summary>
    End,
}

/// <summary>A token with the documentation and the source that stand before it.</summary>
public readonly record struct Token(TokenKind Kind, string Text, int Line, string Doc, string Source);

/// <summary>Cuts the text of an IDL file into tokens.</summary>
public static partial class IdlLexer
{
    /// <summary>All tokens; the last is <see cref="TokenKind.End"/>.</summary>
    public static List<Token> Read(string file, string text)
    {
        var tokens = new List<Token>();
        var (doc, source, line, at) = ("", "", 1, 0);
        while (at < text.Length)
        {
            var match = Pattern().Match(text, at);
            if (!match.Success) throw new FormatException($"{file}:{line}: what is '{text[at]}'?");
            if (match.Groups["doc"] is { Success: true } d) doc = Whitespace().Replace(d.Value.Trim(), " ");
            else if (match.Groups["source"] is { Success: true } s) source = s.Value.Trim();
            else if (KindOf(match) is { } kind)
            {
                tokens.Add(new Token(kind, kind == TokenKind.Text ? match.Groups["text"].Value : match.Value, line, doc, source));
                doc = "";
            }
            line += match.ValueSpan.Count('\n');
            at += match.Length;
        }
        tokens.Add(new Token(TokenKind.End, "the end", line, "", ""));
        return tokens;
    }

    static TokenKind? KindOf(Match match) =>
        match.Groups["word"].Success ? TokenKind.Word
        : match.Groups["number"].Success ? TokenKind.Number
        : match.Groups["text"].Success ? TokenKind.Text
        : match.Groups["mark"].Success ? TokenKind.Mark
        : null;

    [GeneratedRegex("""
        \G(?: \s+ | /\*\*(?<doc>.*?)\*/ | //!(?<source>[^\n]*) | //[^\n]* | (?<word>[A-Za-z_][A-Za-z0-9_.]*) | (?<number>-?[0-9]+)
            | "(?<text>[^"\n]*)" | (?<mark>[{}()<>,:;=]) )
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\s+", RegexOptions.None, 2000)]
    private static partial Regex Whitespace();
}
