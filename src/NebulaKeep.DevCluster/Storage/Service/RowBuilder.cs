using NebulaKeep.DevCluster.Codec;
using NebulaKeep.DevCluster.Storage.Catalog;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Storage.Service;

/// <summary>Encodes the properties of one tag or edge of a request.</summary>
/// <param name="schema">The latest version.</param>
/// <param name="names">Names in the order of the values; empty: the schema's order.</param>
/// <param name="unknownName">Code for a name that the schema does not have.</param>
sealed class RowBuilder(RowSchema schema, IReadOnlyList<string> names, ErrorCode unknownName)
{
    readonly int[] columns = names.Count == 0
        ? [.. Enumerable.Range(0, schema.Columns.Count)]
        : [.. names.Select(name => schema.IndexOf(name) is >= 0 and var index ? index : throw new CodedException(unknownName, $"There is no property '{name}'"))];

    /// <exception cref="CodedException">Too many values.</exception>
    /// <exception cref="RowException">A column refuses its value.</exception>
    public byte[] Encode(IReadOnlyList<Value> values, long microseconds)
    {
        if (values.Count > columns.Length) throw new CodedException(ErrorCode.E_INVALID_OPERATION, $"{values.Count} values for {columns.Length} properties");
        var writer = new RowWriter(schema);
        for (var i = 0; i < values.Count; i++) writer.Set(columns[i], CellOf(columns[i], values[i]));
        return writer.Finish(microseconds);
    }

    Cell CellOf(int column, Value value) => CellValues.FromWire(value)
        ?? throw new RowException(RowFailure.TypeMismatch, $"Column {schema.Columns[column].Name} takes no value of the kind {value.Field}");
}
