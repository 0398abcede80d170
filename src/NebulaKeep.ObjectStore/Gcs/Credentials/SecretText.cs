using System.Text.RegularExpressions;

namespace NebulaKeep.ObjectStore.Gcs.Credentials;

/// <summary>Makes what a server said fit for a message.</summary>
static partial class SecretText
{
    const int Longest = 200;

    /// <summary>One line of bounded length, in which whatever has the form of a token, a signed request or a key is stars.</summary>
    public static string Strip(string text)
    {
        var clean = Tokens().Replace(text, "***");
        var line = string.Concat(clean.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= Longest ? line : line[..Longest] + "…";
    }

    // Google's tokens (ya29.…), JWTs (eyJ…), what follows "Bearer", and PEM.
    [GeneratedRegex(@"ya29\.[\w.~+/=-]+|eyJ[\w.=-]{8,}|(?<=Bearer\s+)\S+|-----BEGIN[\s\S]*", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tokens();
}
