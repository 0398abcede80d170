using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Graph.Execution;

/// <summary>Makes results.</summary>
static class Table
{
    public static DataSet Of(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<Value>> rows) =>
        new() { ColumnNames = columns, Rows = [.. rows.Select(r => new Row { Values = r })] };

    /// <summary>A text, or the empty value for null.</summary>
    public static Value Optional(string? text) => text is null ? Value.Empty : Value.Of(text);
}
