namespace NebulaKeep.DevCluster.Codec;

/// <summary>Type of a column as it lies in a row; numbers as in upstream's PropertyType (spec/row-format.md §2).</summary>
public enum ColumnType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool = 1,

    /// <summary>Eight bytes.</summary>
    Int64 = 2,

    /// <summary>Four bytes IEEE.</summary>
    Float = 4,

    /// <summary>Eight bytes IEEE.</summary>
    Double = 5,

    /// <summary>Offset and length of bytes behind the fixed area.</summary>
    String = 6,

    /// <summary>As many bytes in place as the schema says.</summary>
    FixedString = 7,

    /// <summary>One byte.</summary>
    Int8 = 8,

    /// <summary>Two bytes.</summary>
    Int16 = 9,

    /// <summary>Four bytes.</summary>
    Int32 = 10,

    /// <summary>Eight bytes: seconds since 1970.</summary>
    Timestamp = 21,

    /// <summary>Sixteen bytes: seconds, microseconds, months.</summary>
    Duration = 23,

    /// <summary>Four bytes: year, month, day.</summary>
    Date = 24,

    /// <summary>Eleven bytes: date and time of day, UTC.</summary>
    DateTime = 25,

    /// <summary>Seven bytes: hour, minute, second, microsecond.</summary>
    Time = 26,

    /// <summary>Offset and length of a WKB blob behind the fixed area.</summary>
    Geography = 31,
}
