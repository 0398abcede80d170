namespace NebulaKeep.DevCluster.Codec;

/// <summary>First bytes of a row: generation of the encoding and schema version (spec/row-format.md §1.1).</summary>
static class RowHeader
{
    public const int TrailerLength = 8;
    const byte Generation2 = 0x08;
    const byte GenerationMask = 0x18;
    const byte VersionLengthMask = 0x07;

    /// <summary>Bytes that the version takes: the upper bound of a length is exclusive from two bytes on, as upstream writes it.</summary>
    public static int VersionLength(long version)
    {
        if (version == 0) return 0;
        if (version <= 0xFF) return 1;
        var length = 2;
        while (length < 7 && version >= (1L << (8 * length)) - 1) length++;
        return length;
    }

    public static int Write(Span<byte> row, long version)
    {
        var length = VersionLength(version);
        row[0] = (byte)(Generation2 | length);
        for (var i = 0; i < length; i++) row[1 + i] = (byte)(version >> (8 * i));
        return 1 + length;
    }

    /// <summary>The schema version and the number of bytes up to the null flags.</summary>
    /// <exception cref="RowException">Too short or of another generation.</exception>
    public static (long Version, int Length) Read(ReadOnlySpan<byte> row)
    {
        if (row.Length < 1 + TrailerLength) throw Broken($"a row of {row.Length} bytes is too short");
        if ((row[0] & GenerationMask) != Generation2) throw Broken($"header {row[0]:x2} is not of generation 2");
        var length = row[0] & VersionLengthMask;
        if (row.Length < 1 + length + TrailerLength) throw Broken($"a row of {row.Length} bytes is too short for its version");
        var version = 0L;
        for (var i = 0; i < length; i++) version |= (long)row[1 + i] << (8 * i);
        return (version, 1 + length);
    }

    public static RowException Broken(string what) => new(RowFailure.BrokenRow, $"The stored row is broken: {what}");
}
