namespace NebulaKeep.DevCluster.Codec;

/// <summary>One version of a tag's or edge's columns, with the places of the fields in a row (spec/row-format.md §1).</summary>
public sealed class RowSchema
{
    readonly Dictionary<string, int> indexByName = new(StringComparer.Ordinal);
    readonly int[] offsets;
    readonly int[] nullBits;

    /// <summary>Lays out the columns.</summary>
    /// <param name="version">0 for a fresh tag, one more with every ALTER.</param>
    /// <param name="columns">In the order of the definition.</param>
    public RowSchema(long version, IReadOnlyList<RowColumn> columns)
    {
        (Version, Columns) = (version, columns);
        offsets = new int[columns.Count];
        nullBits = new int[columns.Count];
        for (var i = 0; i < columns.Count; i++) Place(i, columns[i]);
    }

    /// <summary>The version, as it stands in every row of it.</summary>
    public long Version { get; }

    /// <summary>The columns in the order of the definition.</summary>
    public IReadOnlyList<RowColumn> Columns { get; }

    /// <summary>Bytes of the fixed area.</summary>
    public int FixedWidth { get; private set; }

    /// <summary>Number of columns that can be NULL.</summary>
    public int NullableCount { get; private set; }

    /// <summary>Bytes of the null flags.</summary>
    public int NullBytes => (NullableCount + 7) / 8;

    /// <summary>The position of a column, or -1.</summary>
    public int IndexOf(string name) => indexByName.GetValueOrDefault(name, -1);

    /// <summary>Where the column starts in the fixed area.</summary>
    internal int OffsetOf(int column) => offsets[column];

    /// <summary>The column's bit in the null flags, counted from the most significant one; meaningless for NOT NULL.</summary>
    internal int NullBitOf(int column) => nullBits[column];

    void Place(int index, RowColumn column)
    {
        indexByName[column.Name] = index;
        offsets[index] = FixedWidth;
        nullBits[index] = NullableCount;
        FixedWidth += column.Width;
        if (column.Nullable) NullableCount++;
    }
}
