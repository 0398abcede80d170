using System.Text;

namespace NebulaKeep.DevCluster.Graph.Language;

/// <summary>Cuts nGQL text into tokens. Comments are <c>#</c>, <c>//</c> and <c>--</c> to the end of the line, and <c>/* */</c>.</summary>
sealed class Lexer
{
    static readonly string[] LongSymbols = ["->", "<-", "==", "!=", "<=", ">="];
    readonly string text;
    int at;

    Lexer(string text) => this.text = text;

    public static List<Token> Tokens(string text)
    {
        var lexer = new Lexer(text);
        var tokens = new List<Token>();
        do tokens.Add(lexer.Next());
        while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    Token Next()
    {
        SkipBlanks();
        if (at >= text.Length) return new Token(TokenKind.End, "", text.Length);
        var c = text[at];
        if (c is '"' or '\'') return Quoted(TokenKind.Text, c);
        if (c == '`') return Quoted(TokenKind.QuotedName, c);
        if (char.IsAsciiDigit(c)) return Number();
        return char.IsLetter(c) || c == '_' ? Word() : Symbol();
    }

    void SkipBlanks()
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at])) at++;
            else if (text[at] == '#' || Ahead("//") || Ahead("--")) SkipTo("\n", at);
            else if (Ahead("/*")) SkipTo("*/", at + 2);
            else return;
        }
    }

    void SkipTo(string end, int from)
    {
        var found = text.IndexOf(end, from, StringComparison.Ordinal);
        at = found < 0 ? text.Length : found + end.Length;
    }

    bool Ahead(string symbol) => string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0;

    Token Quoted(TokenKind kind, char quote)
    {
        var start = at++;
        var value = new StringBuilder();
        while (at < text.Length && text[at] != quote) value.Append(text[at] == '\\' && kind == TokenKind.Text ? Escaped() : text[at++]);
        if (at >= text.Length) throw NgqlSyntaxException.Near(text, start);
        at++;
        return new Token(kind, value.ToString(), start);
    }

    char Escaped()
    {
        if (at + 1 >= text.Length) throw NgqlSyntaxException.Near(text, at);
        var c = text[at + 1];
        at += 2;
        return c switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', _ => c };
    }

    Token Number()
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        var real = at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]);
        if (real) at++;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        real |= Exponent();
        return new Token(real ? TokenKind.Real : TokenKind.Integer, text[start..at], start);
    }

    bool Exponent()
    {
        if (at >= text.Length || text[at] is not ('e' or 'E')) return false;
        var digits = at + 1 < text.Length && text[at + 1] is '+' or '-' ? at + 2 : at + 1;
        if (digits >= text.Length || !char.IsAsciiDigit(text[digits])) return false;
        for (at = digits; at < text.Length && char.IsAsciiDigit(text[at]); at++) { }
        return true;
    }

    Token Word()
    {
        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_')) at++;
        return new Token(TokenKind.Word, text[start..at], start);
    }

    Token Symbol()
    {
        var start = at;
        var symbol = LongSymbols.FirstOrDefault(Ahead) ?? text[at].ToString();
        at += symbol.Length;
        return new Token(TokenKind.Symbol, symbol, start);
    }
}
