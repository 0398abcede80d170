namespace NebulaKeep.ImageTar.Sbom;

/// <summary>
/// Puts the bill of materials and the licences of NuGet packages into an image's last layer: <c>usr/share/doc/nebulakeep/sbom.spdx.json</c>
/// and <c>usr/share/doc/nebulakeep/licenses/PACKAGE.VERSION/</c>. It lists what lies in the layers, and nothing by hearsay.
/// </summary>
static class ImageSbom
{
    const string Documents = "usr/share/doc/nebulakeep";

    /// <param name="image">The image's name.</param>
    /// <param name="nuget">NuGet's folder of unpacked packages.</param>
    /// <param name="layers">Folders, the last of which gets the files.</param>
    /// <exception cref="InvalidDataException">Something in a layer does not say its version, or has no licence to go along.</exception>
    public static void Write(string image, string nuget, IReadOnlyList<string> layers)
    {
        var to = Path.Join(layers[^1], Documents);
        var packages = layers.SelectMany(DotnetParts.NuGetPackages).Distinct().Select(package => AddLicence(package, nuget, to)).ToList();
        var programs = layers.SelectMany(DotnetParts.Programs).ToList();
        var version = programs.FirstOrDefault()?.Version ?? throw new InvalidDataException($"There is no program in the layers of {image}");
        var release = layers.Select(DebianPackages.Release).OfType<string>().FirstOrDefault();
        var parts = layers.SelectMany(layer => DebianPackages.In(layer, release)).Concat(layers.SelectMany(DotnetParts.Runtimes)).Concat(packages).Concat(programs);
        Directory.CreateDirectory(to);
        File.WriteAllText(Path.Join(to, "sbom.spdx.json"), SpdxDocument.Of(image, version,
            [.. parts.OrderBy(part => part.Kind, StringComparer.Ordinal).ThenBy(part => part.Name, StringComparer.Ordinal).ThenBy(part => part.Version, StringComparer.Ordinal)]));
    }

    static Component AddLicence((string Name, string Version, string Path) package, string nuget, string to)
    {
        var licence = NuGetLicence.Read(Path.Join(nuget, package.Path));
        var folder = $"licenses/{package.Name}.{package.Version}";
        Directory.CreateDirectory(Path.Join(to, folder));
        foreach (var (file, text) in licence.Texts) File.WriteAllText(Path.Join(to, folder, file), text);
        return new Component("nuget", package.Name, package.Version, $"pkg:nuget/{package.Name}@{package.Version}", licence.Expression, $"Texts in /{Documents}/{folder}.");
    }
}
