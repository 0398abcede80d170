namespace NebulaKeep.DevCluster.Graph.Language;

enum TokenKind
{
    End,
    Word,
    QuotedName,
    Text,
    Integer,
    Real,
    Symbol,
}

/// <summary>A piece of a statement. Words keep their spelling; texts are without quotes and escapes.</summary>
readonly record struct Token(TokenKind Kind, string Value, int Position)
{
    public bool IsWord(string word) => Kind == TokenKind.Word && string.Equals(Value, word, StringComparison.OrdinalIgnoreCase);

    public bool IsSymbol(string symbol) => Kind == TokenKind.Symbol && string.Equals(Value, symbol, StringComparison.Ordinal);
}
