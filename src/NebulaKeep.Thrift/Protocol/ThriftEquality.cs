using System.Collections;

namespace NebulaKeep.Thrift.Protocol;

/// <summary>
/// Equality of field values by content, for the generated records: lists by element, maps by pair, bytes by byte. Maps with binary keys
/// must have been made with <see cref="ByteArrayComparer"/>, as the readers do.
/// </summary>
public static class ThriftEquality
{
    /// <summary>True if both hold the same content.</summary>
    public static bool Same(object? a, object? b) => (a, b) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (byte[] x, byte[] y) => x.AsSpan().SequenceEqual(y),
        (IDictionary x, IDictionary y) => SameMaps(x, y),
        (IList x, IList y) => SameLists(x, y),
        _ => a.Equals(b),
    };

    /// <summary>A hash that agrees with <see cref="Same"/>: containers count by their size only.</summary>
    public static int Hash(object? value) => value switch
    {
        null => 0,
        byte[] bytes => ByteArrayComparer.Instance.GetHashCode(bytes),
        ICollection many => many.Count,
        _ => value.GetHashCode(),
    };

    static bool SameLists(IList x, IList y)
    {
        if (x.Count != y.Count) return false;
        for (var i = 0; i < x.Count; i++)
        {
            if (!Same(x[i], y[i])) return false;
        }
        return true;
    }

    static bool SameMaps(IDictionary x, IDictionary y)
    {
        if (x.Count != y.Count) return false;
        foreach (DictionaryEntry pair in x)
        {
            if (!y.Contains(pair.Key) || !Same(pair.Value, y[pair.Key])) return false;
        }
        return true;
    }
}
