using System.Globalization;

namespace NebulaKeep.DevCluster.Graph.Language;

/// <summary>Walks through the tokens of a text; every expectation that fails is the syntax error at that place.</summary>
sealed class TokenReader
{
    readonly string text;
    readonly List<Token> tokens;
    int at;

    public TokenReader(string text)
    {
        this.text = text;
        tokens = Lexer.Tokens(text);
    }

    public bool AtEnd => Peek.Kind == TokenKind.End;

    public Token Peek => tokens[at];

    public Token PeekAfter => tokens[Math.Min(at + 1, tokens.Count - 1)];

    public NgqlSyntaxException Unexpected() => NgqlSyntaxException.Near(text, Peek.Position);

    public Token Take() => AtEnd ? throw Unexpected() : tokens[at++];

    /// <summary>Takes the words when all of them are next.</summary>
    public bool Try(params ReadOnlySpan<string> words)
    {
        if (at + words.Length > tokens.Count) return false;
        for (var i = 0; i < words.Length; i++)
            if (!tokens[at + i].IsWord(words[i])) return false;
        at += words.Length;
        return true;
    }

    public void Expect(string word)
    {
        if (!Try(word)) throw Unexpected();
    }

    public bool TrySymbol(string symbol)
    {
        if (!Peek.IsSymbol(symbol)) return false;
        at++;
        return true;
    }

    public void ExpectSymbol(string symbol)
    {
        if (!TrySymbol(symbol)) throw Unexpected();
    }

    public string Name() => Peek.Kind is TokenKind.Word or TokenKind.QuotedName ? Take().Value : throw Unexpected();

    public string Text() => Peek.Kind == TokenKind.Text ? Take().Value : throw Unexpected();

    public long Integer()
    {
        var sign = TrySymbol("-") ? "-" : "";
        if (Peek.Kind != TokenKind.Integer || !long.TryParse(sign + Peek.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            throw Unexpected();
        at++;
        return value;
    }

    public int SmallInteger() => Integer() is >= int.MinValue and <= int.MaxValue and var value ? (int)value : throw Unexpected();

    public List<T> List<T>(Func<T> item)
    {
        var items = new List<T>();
        do items.Add(item());
        while (TrySymbol(","));
        return items;
    }

    /// <summary>A list in parentheses, which may be empty.</summary>
    public List<T> Parenthesized<T>(Func<T> item)
    {
        ExpectSymbol("(");
        if (TrySymbol(")")) return [];
        var items = List(item);
        ExpectSymbol(")");
        return items;
    }
}
