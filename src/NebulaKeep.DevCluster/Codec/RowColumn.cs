namespace NebulaKeep.DevCluster.Codec;

/// <summary>One column of a tag or edge as rows need it.</summary>
/// <param name="Name">Name of the property.</param>
/// <param name="Type">Its type.</param>
/// <param name="Nullable">Whether it takes a bit in the null flags. NULL is allowed unless NOT NULL was written.</param>
/// <param name="Length">Bytes of a FIXED_STRING; meaningless for other types.</param>
/// <param name="Default">Value of a row that does not set it; null: none.</param>
public sealed record RowColumn(string Name, ColumnType Type, bool Nullable = true, int Length = 0, Cell? Default = null)
{
    /// <summary>Bytes in the fixed area of a row (spec/row-format.md §2).</summary>
    public int Width => Type switch
    {
        ColumnType.Bool or ColumnType.Int8 => 1,
        ColumnType.Int16 => 2,
        ColumnType.Int32 or ColumnType.Float or ColumnType.Date => 4,
        ColumnType.Time => 7,
        ColumnType.DateTime => 11,
        ColumnType.Duration => 16,
        ColumnType.FixedString => Length,
        _ => 8,
    };

    /// <summary>True where the content lies behind the fixed area.</summary>
    internal bool IsOutOfLine => Type is ColumnType.String or ColumnType.Geography;
}
