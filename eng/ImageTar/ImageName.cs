using System.Text.RegularExpressions;

namespace NebulaKeep.ImageTar;

/// <summary>The name of an image, with its tag (distribution/reference: the grammar that engines and registries share).</summary>
/// <param name="Short">As it was written, and as people type it: <c>nebulakeep/br-ent:0.1.0</c>.</param>
/// <param name="Full">With its registry: <c>docker.io/nebulakeep/br-ent:0.1.0</c>. containerd keeps and finds images by this one only.</param>
sealed partial record ImageName(string Short, string Full)
{
    /// <summary>Address of the registry.</summary>
    public string Registry => Full[..Full.IndexOf('/')];

    /// <summary>The name within the registry, without the tag.</summary>
    public string Repository => Full[(Registry.Length + 1)..Full.LastIndexOf(':')];

    /// <summary>The tag.</summary>
    public string Tag => Full[(Full.LastIndexOf(':') + 1)..];

    /// <summary>Reads a name.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static ImageName Parse(string text)
    {
        var registry = text.IndexOf('/') is > 0 and var slash && IsRegistry(text[..slash]) ? text[..slash] : null;
        var rest = registry is null ? text : text[(registry.Length + 1)..];
        if (text.Length > 255 || !RestGrammar().IsMatch(rest) || (registry is not null && !RegistryGrammar().IsMatch(registry)))
            throw new InvalidDataException($"'{text}' is no name of an image: wanted is [REGISTRY/]NAME:TAG, the name in small letters");
        return new ImageName(text, registry is not null ? text : rest.Contains('/') ? $"docker.io/{text}" : $"docker.io/library/{text}");
    }

    /// <summary>A first part that cannot be a user of docker.io is the address of a registry.</summary>
    static bool IsRegistry(string first) => first == "localhost" || first.AsSpan().ContainsAny('.', ':');

    [GeneratedRegex(@"\A([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(:[0-9]+)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RegistryGrammar();

    [GeneratedRegex(@"\A[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*)*:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RestGrammar();
}
