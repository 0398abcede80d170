using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Codec;

/// <summary>Why a value cannot go into a row, or a row cannot be read.</summary>
public enum RowFailure
{
    /// <summary>NULL for a column that is NOT NULL.</summary>
    NotNullable,

    /// <summary>A value of a kind that the column does not take.</summary>
    TypeMismatch,

    /// <summary>A number that the column cannot hold.</summary>
    OutOfRange,

    /// <summary>No value, no default, and NULL is not allowed.</summary>
    FieldUnset,

    /// <summary>The bytes are not a row of this schema.</summary>
    BrokenRow,
}

/// <summary>A value that a column refuses, or bytes that are no row; the message names the column.</summary>
public sealed class RowException(RowFailure failure, string message) : NebulaKeepException(message)
{
    /// <summary>What is wrong, for the code that goes to the client.</summary>
    public RowFailure Failure => failure;
}
