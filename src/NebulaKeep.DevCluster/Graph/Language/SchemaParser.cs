namespace NebulaKeep.DevCluster.Graph.Language;

/// <summary>Reads CREATE, ALTER and DROP of spaces, tags and edges.</summary>
static class SchemaParser
{
    static readonly HashSet<string> PlainTypes = new(StringComparer.Ordinal)
    {
        "bool", "int", "int8", "int16", "int32", "int64", "float", "double", "string", "timestamp", "date", "time", "datetime", "duration",
    };

    public static Statement Create(TokenReader reader)
    {
        if (reader.Try("SPACE")) return CreateSpace(reader);
        if (reader.Try("TAG")) return CreateSchema(reader, SchemaKind.Tag);
        if (reader.Try("EDGE")) return CreateSchema(reader, SchemaKind.Edge);
        if (reader.Try("SNAPSHOT")) return new CreateSnapshotStatement();
        throw reader.Unexpected();
    }

    public static Statement Alter(TokenReader reader)
    {
        var kind = reader.Try("TAG") ? SchemaKind.Tag : reader.Try("EDGE") ? SchemaKind.Edge : throw reader.Unexpected();
        var name = reader.Name();
        reader.Expect("ADD");
        return new AddColumnsStatement(kind, name, reader.Parenthesized(() => Column(reader)));
    }

    public static Statement Drop(TokenReader reader)
    {
        if (reader.Try("SNAPSHOT")) return new DropSnapshotStatement(reader.Name());
        if (reader.Try("HOSTS")) return new DropHostsStatement(HostParser.Addresses(reader));
        if (reader.Try("SPACE"))
        {
            var spaceIfExists = reader.Try("IF", "EXISTS");
            return new DropSpaceStatement(reader.Name(), spaceIfExists);
        }

        var kind = reader.Try("TAG") ? SchemaKind.Tag : reader.Try("EDGE") ? SchemaKind.Edge : throw reader.Unexpected();
        var ifExists = reader.Try("IF", "EXISTS");
        return new DropSchemaStatement(kind, reader.Name(), ifExists);
    }

    static CreateSpaceStatement CreateSpace(TokenReader reader)
    {
        var ifNotExists = reader.Try("IF", "NOT", "EXISTS");
        var space = new CreateSpaceStatement(reader.Name(), ifNotExists, null, null, null, null, null, null);
        if (reader.TrySymbol("("))
        {
            do space = SpaceOption(reader, space);
            while (reader.TrySymbol(","));
            reader.ExpectSymbol(")");
        }

        return reader.Try("COMMENT") ? space with { Comment = EqualsText(reader) } : space;
    }

    static CreateSpaceStatement SpaceOption(TokenReader reader, CreateSpaceStatement space)
    {
        if (!reader.PeekAfter.IsSymbol("=")) throw reader.Unexpected();
        if (reader.Try("PARTITION_NUM")) return space with { Partitions = EqualsInteger(reader) };
        if (reader.Try("REPLICA_FACTOR")) return space with { Replicas = EqualsInteger(reader) };
        if (reader.Try("CHARSET")) return space with { Charset = EqualsName(reader) };
        if (reader.Try("COLLATE")) return space with { Collate = EqualsName(reader) };
        if (reader.Try("COMMENT")) return space with { Comment = EqualsText(reader) };
        reader.Expect("VID_TYPE");
        reader.ExpectSymbol("=");
        return space with { VidType = Type(reader) };
    }

    static CreateSchemaStatement CreateSchema(TokenReader reader, SchemaKind kind)
    {
        var ifNotExists = reader.Try("IF", "NOT", "EXISTS");
        var name = reader.Name();
        var columns = reader.Parenthesized(() => Column(reader));
        return new CreateSchemaStatement(kind, name, ifNotExists, columns, Options(reader));
    }

    static SchemaOptions Options(TokenReader reader)
    {
        var options = new SchemaOptions(null, null, null);
        do
        {
            if (reader.Try("TTL_DURATION")) options = options with { TtlDuration = EqualsInteger(reader) };
            else if (reader.Try("TTL_COL")) options = options with { TtlColumn = EqualsText(reader) };
            else if (reader.Try("COMMENT")) options = options with { Comment = EqualsText(reader) };
            else break;
        }
        while (reader.TrySymbol(","));
        return options;
    }

    static ColumnClause Column(TokenReader reader)
    {
        var column = new ColumnClause(reader.Name(), Type(reader), true, null, null);
        while (true)
        {
            if (reader.Try("NOT", "NULL")) column = column with { Nullable = false };
            else if (reader.Try("NULL")) column = column with { Nullable = true };
            else if (reader.Try("DEFAULT")) column = column with { Default = ExpressionParser.Read(reader) };
            else if (reader.Try("COMMENT")) column = column with { Comment = reader.Text() };
            else return column;
        }
    }

    static TypeName Type(TokenReader reader)
    {
        var name = reader.Peek.Value.ToLowerInvariant();
        if (reader.Try("FIXED_STRING")) return new TypeName(name, Length(reader));
        if (reader.Try("GEOGRAPHY")) return new TypeName(name, Shape: Shape(reader));
        if (reader.Peek.Kind != TokenKind.Word || !PlainTypes.Contains(name)) throw reader.Unexpected();
        reader.Take();
        return new TypeName(name is "int" ? "int64" : name);
    }

    static int Length(TokenReader reader)
    {
        reader.ExpectSymbol("(");
        var length = reader.Integer();
        if (length is <= 0 or > short.MaxValue) throw NgqlSyntaxException.Because("invalid length of fixed_string");
        reader.ExpectSymbol(")");
        return (int)length;
    }

    static string? Shape(TokenReader reader)
    {
        if (!reader.TrySymbol("(")) return null;
        var shape = reader.Name().ToLowerInvariant();
        if (shape is not ("point" or "linestring" or "polygon")) throw reader.Unexpected();
        reader.ExpectSymbol(")");
        return shape;
    }

    static int EqualsInteger(TokenReader reader)
    {
        reader.ExpectSymbol("=");
        return reader.SmallInteger();
    }

    static string EqualsName(TokenReader reader)
    {
        reader.ExpectSymbol("=");
        return reader.Name();
    }

    static string EqualsText(TokenReader reader)
    {
        reader.ExpectSymbol("=");
        return reader.Text();
    }
}
