namespace NebulaKeep.DevCluster.Graph.Language;

/// <summary>
/// Reads the part of nGQL that graphd here understands. Anything else is a syntax error, as it would be for a mistyped statement.
/// </summary>
static class NgqlParser
{
    /// <summary>The statements of a text, separated by semicolons; none for comments and blanks.</summary>
    /// <exception cref="NgqlSyntaxException">Where the text cannot be read.</exception>
    public static IReadOnlyList<Statement> Parse(string text)
    {
        var reader = new TokenReader(text);
        var statements = new List<Statement>();
        while (true)
        {
            while (reader.TrySymbol(";")) { }
            if (reader.AtEnd) return statements;
            statements.Add(Statement(reader));
            if (!reader.AtEnd && !reader.Peek.IsSymbol(";")) throw reader.Unexpected();
        }
    }

    static Statement Statement(TokenReader reader)
    {
        if (reader.Try("USE")) return new UseStatement(reader.Name());
        if (reader.Try("CREATE")) return SchemaParser.Create(reader);
        if (reader.Try("ALTER")) return SchemaParser.Alter(reader);
        if (reader.Try("DROP")) return SchemaParser.Drop(reader);
        if (reader.Try("INSERT")) return DataParser.Insert(reader);
        if (reader.Try("DELETE")) return DataParser.Delete(reader);
        if (reader.Try("FETCH")) return DataParser.Fetch(reader);
        if (reader.Try("YIELD")) return new YieldStatement(ExpressionParser.YieldColumns(reader));
        if (reader.Try("SHOW")) return new ShowStatement(Subject(reader));
        if (reader.Try("DESCRIBE") || reader.Try("DESC")) return Describe(reader);
        if (reader.Try("SUBMIT", "JOB")) return new SubmitJobStatement(Job(reader));
        if (reader.Try("ADD", "HOSTS")) return new AddHostsStatement(HostParser.Addresses(reader));
        throw reader.Unexpected();
    }

    static ShowSubject Subject(TokenReader reader)
    {
        if (reader.Try("HOSTS")) return Hosts(reader);
        if (reader.Try("SPACES")) return ShowSubject.Spaces;
        if (reader.Try("SNAPSHOTS")) return ShowSubject.Snapshots;
        if (reader.Try("PARTS")) return ShowSubject.Parts;
        if (reader.Try("TAGS")) return ShowSubject.Tags;
        if (reader.Try("EDGES")) return ShowSubject.Edges;
        if (reader.Try("STATS")) return ShowSubject.Stats;
        return reader.Try("JOBS") ? ShowSubject.Jobs : throw reader.Unexpected();
    }

    static ShowSubject Hosts(TokenReader reader)
    {
        if (reader.Try("AGENT")) return ShowSubject.AgentHosts;
        if (reader.Try("META")) return ShowSubject.MetaHosts;
        if (reader.Try("STORAGE")) return ShowSubject.StorageHosts;
        return reader.Try("GRAPH") ? ShowSubject.GraphHosts : ShowSubject.Hosts;
    }

    static Statement Describe(TokenReader reader)
    {
        if (reader.Try("SPACE")) return new DescribeSpaceStatement(reader.Name());
        if (reader.Try("TAG")) return new DescribeSchemaStatement(SchemaKind.Tag, reader.Name());
        reader.Expect("EDGE");
        return new DescribeSchemaStatement(SchemaKind.Edge, reader.Name());
    }

    static string Job(TokenReader reader)
    {
        if (reader.Try("STATS")) return "STATS";
        if (reader.Try("FLUSH")) return "FLUSH";
        if (reader.Try("COMPACT")) return "COMPACT";
        return reader.Try("BALANCE", "LEADER") ? "BALANCE LEADER" : throw reader.Unexpected();
    }
}
