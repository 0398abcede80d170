using System.Xml.Linq;

namespace NebulaKeep.ImageTar.Sbom;

/// <summary>What a NuGet package says of its licence, and the texts that have to go along with its files.</summary>
/// <param name="Expression">SPDX expression of its nuspec; null where that names a file instead.</param>
/// <param name="Texts">File name and content.</param>
sealed record NuGetLicence(string? Expression, IReadOnlyList<KeyValuePair<string, string>> Texts)
{
    static readonly string[] Kinds = ["LICENSE", "LICENCE", "NOTICE", "COPYING", "THIRD-PARTY-NOTICES"];

    /// <summary>Reads an unpacked package.</summary>
    /// <exception cref="InvalidDataException">It has no text of its licence, and this program knows none by that name.</exception>
    public static NuGetLicence Read(string folder)
    {
        var nuspec = Directory.EnumerateFiles(folder, "*.nuspec").SingleOrDefault() ?? throw new InvalidDataException($"{folder} is no unpacked NuGet package");
        var metadata = XDocument.Load(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
        var licence = metadata.Elements().FirstOrDefault(element => element.Name.LocalName == "license");
        var expression = (string?)licence?.Attribute("type") == "expression" ? licence!.Value : null;
        var files = Directory.EnumerateFiles(folder).Where(IsText).Concat(NamedFile(folder, licence)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(file => KeyValuePair.Create(Path.GetFileName(file), File.ReadAllText(file))).ToList();
        return new NuGetLicence(expression, files.Count > 0 ? files : [KeyValuePair.Create("LICENSE.txt", Standard(folder, metadata, expression))]);
    }

    static bool IsText(string file) => Kinds.Any(kind => Path.GetFileName(file).StartsWith(kind, StringComparison.OrdinalIgnoreCase));

    static IEnumerable<string> NamedFile(string folder, XElement? licence) =>
        (string?)licence?.Attribute("type") == "file" ? [Path.Join(folder, licence!.Value.Replace('\\', '/'))] : [];

    static string Standard(string folder, XElement metadata, string? expression)
    {
        string? Value(string name) => metadata.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
        var holder = Value("copyright") ?? $"Copyright {Value("authors")}";
        using var text = expression is null ? null : typeof(NuGetLicence).Assembly.GetManifestResourceStream($"{expression}.txt");
        if (text is null) throw new InvalidDataException($"{folder} has no text of its licence {expression}: add it to eng/ImageTar/Licences");
        using var reader = new StreamReader(text);
        return $"{Value("id")} {Value("version")}\n{holder}\n\n{reader.ReadToEnd()}";
    }
}
