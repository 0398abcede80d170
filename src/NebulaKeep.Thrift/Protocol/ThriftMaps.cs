namespace NebulaKeep.Thrift.Protocol;

/// <summary>Equality and order of map keys.</summary>
public static class ThriftMaps
{
    /// <summary>Compares keys by value; binary keys by their bytes.</summary>
    public static IEqualityComparer<TKey>? EqualityOf<TKey>() =>
        typeof(TKey) == typeof(byte[]) ? (IEqualityComparer<TKey>)(object)ByteArrayComparer.Instance : null;

    /// <summary>The pairs in ascending order of keys: numbers by value, texts and bytes by their UTF-8 bytes.</summary>
    public static IEnumerable<KeyValuePair<TKey, TValue>> InKeyOrder<TKey, TValue>(this IReadOnlyDictionary<TKey, TValue> map)
        where TKey : notnull =>
        map.OrderBy(pair => pair.Key, OrderOf<TKey>());

    static IComparer<TKey> OrderOf<TKey>() =>
        typeof(TKey) == typeof(byte[]) ? (IComparer<TKey>)(object)ByteArrayComparer.Instance
        : typeof(TKey) == typeof(string) ? (IComparer<TKey>)(object)StringComparer.Ordinal
        : Comparer<TKey>.Default;
}
