using System.Globalization;

namespace NebulaKeep.DevCluster.Graph.Language;

/// <summary>What may stand where nGQL wants a value or a column. <c>ToString</c> prints it as graphd names a column (spec/graph-service.md §7.1).</summary>
abstract record Expression;

/// <summary>A constant: null, bool, long, double or string.</summary>
sealed record Literal(object? Value) : Expression
{
    public override string ToString() => Value switch
    {
        null => "NULL",
        bool b => b ? "true" : "false",
        double d => d.ToString("R", CultureInfo.InvariantCulture),
        string s => $"\"{s}\"",
        var other => Convert.ToString(other, CultureInfo.InvariantCulture)!,
    };
}

/// <summary>A call; names are lower case. <c>vertex</c> and <c>edge</c> are arguments of the kind <see cref="Element"/>.</summary>
sealed record Call(string Function, IReadOnlyList<Expression> Arguments) : Expression
{
    public override string ToString() => $"{Function}({string.Join(',', Arguments)})";
}

/// <summary>The whole vertex or edge of a row.</summary>
sealed record Element(bool IsVertex) : Expression
{
    public override string ToString() => IsVertex ? "VERTEX" : "EDGE";
}

/// <summary>One property of a tag or edge: <c>player.name</c>.</summary>
sealed record Property(string Owner, string Name) : Expression
{
    public override string ToString() => $"{Owner}.{Name}";
}

/// <summary>One entry of a map: <c>properties(edge).degree</c>.</summary>
sealed record Attribute(Expression Map, string Name) : Expression
{
    public override string ToString() => $"{Map}.{Name}";
}
