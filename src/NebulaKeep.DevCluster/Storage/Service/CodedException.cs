using NebulaKeep.Core;
using NebulaKeep.DevCluster.Codec;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Storage.Service;

/// <summary>A request that this server answers with an error code.</summary>
sealed class CodedException(ErrorCode code, string message) : NebulaKeepException(message)
{
    public ErrorCode Code => code;

    /// <summary>The code that upstream answers with (spec/row-format.md §2); null for failures that are not the caller's.</summary>
    public static ErrorCode? CodeOf(NebulaKeepException exception) => exception switch
    {
        CodedException coded => coded.Code,
        VidTooLongException => ErrorCode.E_INVALID_VID,
        RowException { Failure: RowFailure.NotNullable } => ErrorCode.E_NOT_NULLABLE,
        RowException { Failure: RowFailure.TypeMismatch } => ErrorCode.E_DATA_TYPE_MISMATCH,
        RowException { Failure: RowFailure.OutOfRange } => ErrorCode.E_OUT_OF_RANGE,
        RowException { Failure: RowFailure.FieldUnset } => ErrorCode.E_FIELD_UNSET,
        _ => null,
    };
}
