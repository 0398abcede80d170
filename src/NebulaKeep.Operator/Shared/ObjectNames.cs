using System.Security.Cryptography;
using System.Text;

namespace NebulaKeep.Operator.Shared;

/// <summary>Names that fit into a label, however long the names are that they are made of.</summary>
static class ObjectNames
{
    /// <summary>The longest label value, and so the longest useful name of a Job.</summary>
    public const int MostCharacters = 63;

    /// <summary>The text itself, or its beginning and a hash of the whole; two long texts with one beginning stay different.</summary>
    public static string Fit(string text)
    {
        if (text.Length <= MostCharacters) return text;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..10];
        return $"{text[..(MostCharacters - hash.Length - 1)].TrimEnd('-', '.')}-{hash}";
    }
}
