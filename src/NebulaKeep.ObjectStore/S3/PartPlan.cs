using NebulaKeep.ObjectStore.Streams;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>
/// How an upload is cut, so that S3's 10,000 parts are enough and memory stays small. With a known length all parts are 8 MiB,
/// or a ten-thousandth of a longer object. With an unknown one they start at 8 MiB and double after each 750 up to 1 GiB, which
/// reaches 5 TiB, S3's limit.
/// </summary>
sealed record PartPlan(long? Length)
{
    public const int Smallest = 8 << 20;
    public const int MaxParts = 10_000;
    const int PartsOfOneSize = 750;
    const int Doublings = 7;
    const int MiB = 1 << 20;

    public static PartPlan For(Stream content) => new(ContentLength.Of(content));

    /// <summary>Bytes of the nth part, from 1, unless the content ends before.</summary>
    public int SizeOf(int number)
    {
        if (Length is not { } length) return Smallest << Math.Min(Doublings, (number - 1) / PartsOfOneSize);
        var tenThousandth = (length + MaxParts - 1) / MaxParts;
        return (int)Math.Clamp((tenThousandth + MiB - 1) / MiB * MiB, Smallest, 1 << 30);
    }

    /// <summary>Bytes that the nth part needs in memory: no more than the content has left.</summary>
    public int BufferFor(int number, long sent) =>
        Length is { } length ? (int)Math.Clamp(length - sent, 1, SizeOf(number)) : SizeOf(number);
}
