using System.Text.Json;

namespace NebulaKeep.ImageTar;

/// <summary>What an image says of itself, from a small JSON file.</summary>
sealed record ImageSpec
{
    /// <summary>User and group that the program runs as, in numbers: <c>runAsNonRoot</c> cannot check names.</summary>
    public required string User { get; init; }

    /// <summary>The program and its first arguments.</summary>
    public required IReadOnlyList<string> Entrypoint { get; init; }

    /// <summary>Arguments that whoever runs the image replaces by giving others.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Where the program starts.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>The program's environment.</summary>
    public SortedDictionary<string, string> Environment { get; init; } = new(StringComparer.Ordinal);

    /// <summary>What the image is, for people.</summary>
    public SortedDictionary<string, string> Labels { get; init; } = new(StringComparer.Ordinal);

    /// <exception cref="InvalidDataException">The file is not such a spec.</exception>
    public static ImageSpec Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<ImageSpec>(File.ReadAllBytes(file), Options) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{file} is no description of an image: {error.Message}", error);
        }
    }

    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };
}
