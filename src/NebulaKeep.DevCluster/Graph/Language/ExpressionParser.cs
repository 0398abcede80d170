using System.Globalization;

namespace NebulaKeep.DevCluster.Graph.Language;

/// <summary>Reads values, calls and the columns of YIELD. There are no operators: these daemons evaluate none.</summary>
static class ExpressionParser
{
    const int MaxDepth = 16;

    public static Expression Read(TokenReader reader, int depth = 0)
    {
        if (depth > MaxDepth) throw reader.Unexpected();
        var expression = Primary(reader, depth);
        while (expression is Call && reader.TrySymbol(".")) expression = new Attribute(expression, reader.Name());
        return expression;
    }

    public static List<YieldColumn> YieldColumns(TokenReader reader) =>
        reader.List(() => new YieldColumn(Read(reader), reader.Try("AS") ? reader.Name() : null));

    public static EdgeKeyClause EdgeKey(TokenReader reader)
    {
        var source = Read(reader);
        reader.ExpectSymbol("->");
        var target = Read(reader);
        return new EdgeKeyClause(source, target, reader.TrySymbol("@") ? reader.Integer() : 0);
    }

    static Expression Primary(TokenReader reader, int depth) => reader.Peek.Kind switch
    {
        TokenKind.Text => new Literal(reader.Take().Value),
        TokenKind.Integer => new Literal(reader.Integer()),
        TokenKind.Real => new Literal(Real(reader, 1)),
        TokenKind.Symbol when reader.Peek.IsSymbol("-") => Negative(reader),
        TokenKind.Word or TokenKind.QuotedName => Named(reader, depth),
        _ => throw reader.Unexpected(),
    };

    static Literal Negative(TokenReader reader)
    {
        if (reader.PeekAfter.Kind == TokenKind.Integer) return new Literal(reader.Integer());
        reader.ExpectSymbol("-");
        return new Literal(Real(reader, -1));
    }

    static double Real(TokenReader reader, int sign) =>
        reader.Peek.Kind == TokenKind.Real ? sign * double.Parse(reader.Take().Value, CultureInfo.InvariantCulture) : throw reader.Unexpected();

    static Expression Named(TokenReader reader, int depth)
    {
        var quoted = reader.Peek.Kind == TokenKind.QuotedName;
        var name = reader.Take().Value;
        if (reader.Peek.IsSymbol("(")) return new Call(name.ToLowerInvariant(), reader.Parenthesized(() => Read(reader, depth + 1)));
        if (reader.TrySymbol(".")) return new Property(name, reader.Name());
        return (quoted ? null : Constant(name)) ?? throw reader.Unexpected();
    }

    static Expression? Constant(string word) => word.ToUpperInvariant() switch
    {
        "TRUE" => new Literal(true),
        "FALSE" => new Literal(false),
        "NULL" or "__NULL__" => new Literal(null),
        "VERTEX" => new Element(true),
        "EDGE" => new Element(false),
        _ => null,
    };
}
