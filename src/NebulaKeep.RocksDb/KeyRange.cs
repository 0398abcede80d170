namespace NebulaKeep.RocksDb;

/// <summary>Borders of ranges of keys in bytewise order.</summary>
public static class KeyRange
{
    /// <summary>The smallest key after all keys that start with <paramref name="prefix"/>; empty where there is none (all bytes FF, or no byte).</summary>
    public static byte[] EndOfPrefix(ReadOnlySpan<byte> prefix)
    {
        var last = prefix.LastIndexOfAnyExcept((byte)0xFF);
        if (last < 0) return [];
        var end = prefix[..(last + 1)].ToArray();
        end[last]++;
        return end;
    }
}
