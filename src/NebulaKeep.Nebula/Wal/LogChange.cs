namespace NebulaKeep.Nebula.Wal;

/// <summary>What happens to a key; numbers as in a BATCH_WRITE message.</summary>
public enum LogChangeKind : byte
{
    /// <summary>The key gets the value.</summary>
    Put = 1,

    /// <summary>The key goes; no value.</summary>
    Remove = 2,

    /// <summary>All keys from the key on go, before the one in the value's place.</summary>
    RemoveRange = 3,
}

/// <summary>One change to an engine.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Key">The key, or the first key of a range.</param>
/// <param name="Value">The value, or the key that ends a range.</param>
public readonly record struct LogChange(LogChangeKind Kind, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value = default);
