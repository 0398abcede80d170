using System.Text;

namespace NebulaKeep.DevCluster.Codec;

/// <summary>One value of a row, apart from any wire format. Integers of all widths and timestamps are <see cref="Int"/>, FLOAT and DOUBLE are <see cref="Real"/>.</summary>
public abstract record Cell
{
    /// <summary>No value.</summary>
    public sealed record Null : Cell
    {
        /// <summary>The one instance.</summary>
        public static readonly Null Value = new();
    }

    /// <summary>True or false.</summary>
    public sealed record Bool(bool Value) : Cell;

    /// <summary>A whole number, or seconds since 1970.</summary>
    public sealed record Int(long Value) : Cell;

    /// <summary>A number with a fraction.</summary>
    public sealed record Real(double Value) : Cell;

    /// <summary>Bytes of a STRING or FIXED_STRING; equal by content.</summary>
    public sealed record Text(ReadOnlyMemory<byte> Value) : Cell
    {
        /// <summary>The bytes of a text in UTF-8.</summary>
        public Text(string value) : this(Encoding.UTF8.GetBytes(value)) { }

        /// <inheritdoc/>
        public bool Equals(Text? other) => other is not null && Value.Span.SequenceEqual(other.Value.Span);

        /// <inheritdoc/>
        public override int GetHashCode() => Cell.HashOf(Value.Span);

        /// <summary>The text, for people.</summary>
        public override string ToString() => Encoding.UTF8.GetString(Value.Span);
    }

    /// <summary>A day.</summary>
    public sealed record Date(short Year, byte Month, byte Day) : Cell;

    /// <summary>A time of day.</summary>
    public sealed record Time(byte Hour, byte Minute, byte Second, int Microsecond) : Cell;

    /// <summary>A day and a time of day, UTC.</summary>
    public sealed record DateTime(short Year, byte Month, byte Day, byte Hour, byte Minute, byte Second, int Microsecond) : Cell;

    /// <summary>A length of time.</summary>
    public sealed record Duration(long Seconds, int Microseconds, int Months) : Cell;

    /// <summary>A geography as well-known binary, kept as it came; equal by content.</summary>
    public sealed record Geography(ReadOnlyMemory<byte> Wkb) : Cell
    {
        /// <inheritdoc/>
        public bool Equals(Geography? other) => other is not null && Wkb.Span.SequenceEqual(other.Wkb.Span);

        /// <inheritdoc/>
        public override int GetHashCode() => Cell.HashOf(Wkb.Span);
    }

    static int HashOf(ReadOnlySpan<byte> bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }
}
