namespace NebulaKeep.DevCluster.Graph.Language;

/// <summary>Reads INSERT, DELETE and FETCH.</summary>
static class DataParser
{
    public static Statement Insert(TokenReader reader)
    {
        var vertex = reader.Try("VERTEX");
        if (!vertex) reader.Expect("EDGE");
        var ifNotExists = reader.Try("IF", "NOT", "EXISTS");
        if (vertex)
        {
            var tags = reader.List(() => Columns(reader));
            Values(reader);
            return new InsertVertexStatement(ifNotExists, tags, reader.List(() => Vertex(reader)));
        }

        var edge = Columns(reader);
        Values(reader);
        return new InsertEdgeStatement(ifNotExists, edge.Tag, edge.Names, reader.List(() => Edge(reader)));
    }

    public static Statement Delete(TokenReader reader)
    {
        if (reader.Try("VERTEX")) return new DeleteVertexStatement(reader.List(() => ExpressionParser.Read(reader)));
        reader.Expect("EDGE");
        var edge = reader.Name();
        return new DeleteEdgeStatement(edge, reader.List(() => ExpressionParser.EdgeKey(reader)));
    }

    public static Statement Fetch(TokenReader reader)
    {
        reader.Expect("PROP");
        reader.Expect("ON");
        var names = reader.TrySymbol("*") ? null : reader.List(reader.Name);
        var first = ExpressionParser.Read(reader);
        return reader.Peek.IsSymbol("->") && names is [var edge] ? FetchEdge(reader, edge, first) : FetchVertex(reader, names, first);
    }

    static FetchVertexStatement FetchVertex(TokenReader reader, List<string>? tags, Expression first)
    {
        var vids = new List<Expression> { first };
        while (reader.TrySymbol(",")) vids.Add(ExpressionParser.Read(reader));
        return new FetchVertexStatement(tags, vids, Yield(reader));
    }

    static FetchEdgeStatement FetchEdge(TokenReader reader, string edge, Expression source)
    {
        reader.ExpectSymbol("->");
        var target = ExpressionParser.Read(reader);
        var keys = new List<EdgeKeyClause> { new(source, target, reader.TrySymbol("@") ? reader.Integer() : 0) };
        while (reader.TrySymbol(",")) keys.Add(ExpressionParser.EdgeKey(reader));
        return new FetchEdgeStatement(edge, keys, Yield(reader));
    }

    static List<YieldColumn>? Yield(TokenReader reader) => reader.Try("YIELD") ? ExpressionParser.YieldColumns(reader) : null;

    static TagColumns Columns(TokenReader reader) =>
        new(reader.Name(), reader.Peek.IsSymbol("(") ? reader.Parenthesized(reader.Name) : null);

    static void Values(TokenReader reader)
    {
        if (!reader.Try("VALUES")) reader.Expect("VALUE");
    }

    static VertexRow Vertex(TokenReader reader)
    {
        var vid = ExpressionParser.Read(reader);
        reader.ExpectSymbol(":");
        return new VertexRow(vid, reader.Parenthesized(() => ExpressionParser.Read(reader)));
    }

    static EdgeRow Edge(TokenReader reader)
    {
        var key = ExpressionParser.EdgeKey(reader);
        reader.ExpectSymbol(":");
        return new EdgeRow(key, reader.Parenthesized(() => ExpressionParser.Read(reader)));
    }
}
