using System.Globalization;
using System.Text;

namespace NebulaKeep.Rpc.Framing;

/// <summary>
/// gRPC's own percent-encoding of <c>grpc-message</c>: UTF-8 bytes outside space to <c>~</c>, and <c>%</c> itself, as <c>%XX</c>.
/// <see cref="Uri.EscapeDataString(string)"/> escapes more, which other implementations then show as it is.
/// </summary>
static class GrpcMessageText
{
    /// <summary>Bytes of text before encoding; both ends' header limits hold three times as much.</summary>
    public const int MaxBytes = 4096;

    /// <summary>Encodes; what is longer than <see cref="MaxBytes"/> is cut.</summary>
    public static string Encode(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var encoded = new StringBuilder(bytes.Length);
        foreach (var b in bytes.AsSpan(0, Math.Min(bytes.Length, MaxBytes)))
        {
            if (b is >= 0x20 and <= 0x7e and not (byte)'%') encoded.Append((char)b);
            else encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return encoded.ToString();
    }

    /// <summary>Decodes; a broken escape stays as it is, since an error text must never hide the error.</summary>
    public static string Decode(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && TryHex(text.AsSpan(i + 1, 2), out var value))
            {
                bytes.Add(value);
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text, i, 1));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    static bool TryHex(ReadOnlySpan<char> digits, out byte value) =>
        byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
