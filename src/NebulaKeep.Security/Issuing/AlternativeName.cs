using System.Net;
using System.Text.RegularExpressions;

namespace NebulaKeep.Security.Issuing;

/// <summary>Checks and writes subject alternative names in one way.</summary>
public static partial class AlternativeName
{
    /// <summary>Lower-case DNS name (a <c>*</c> only as the whole first label) or canonical IP address.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static string Normalize(string name) => TryNormalize(name, out var normal)
        ? normal
        : throw new FormatException($"'{name}' is neither a DNS name (which may begin with '*.') nor an IP address");

    /// <summary>Normalizes without throwing; see <see cref="Normalize"/>.</summary>
    public static bool TryNormalize(string name, out string normal)
    {
        normal = IPAddress.TryParse(name.Trim('[', ']'), out var address) ? address.ToString() : name.TrimEnd('.').ToLowerInvariant();
        return address is not null || (normal.Length is > 0 and <= 253 && DnsName().IsMatch(normal));
    }

    [GeneratedRegex(@"^(\*\.)?[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    internal static partial Regex DnsName();
}
