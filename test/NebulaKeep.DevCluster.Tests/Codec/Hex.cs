namespace NebulaKeep.DevCluster.Tests.Codec;

/// <summary>Bytes written as in the documents: spaces for the eye, TS for the examples' timestamp.</summary>
static class Hex
{
    /// <summary>1 700 000 000 000 000 µs, the trailer of the examples in spec/row-format.md §8.</summary>
    public const long ExampleTime = 1_700_000_000_000_000;

    public static byte[] Bytes(string text) => Convert.FromHexString(
        text.Replace("TS", "00 40 1e 18 24 0a 06 00", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal));

    public static string Text(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    public static string Normal(string text) => Text(Bytes(text));
}
