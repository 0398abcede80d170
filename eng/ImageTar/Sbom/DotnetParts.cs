using System.Text.Json.Nodes;

namespace NebulaKeep.ImageTar.Sbom;

/// <summary>The .NET runtime in a layer, and the programs that <c>dotnet publish</c> made with their NuGet packages.</summary>
static class DotnetParts
{
    const string Runtime = "usr/share/dotnet";

    /// <summary>Shared frameworks. Advisories against them name the package that a self-contained program would carry.</summary>
    public static IEnumerable<Component> Runtimes(string layer) =>
        from framework in Folders(Path.Join(layer, Runtime, "shared"))
        from version in Folders(framework)
        let name = Path.GetFileName(framework)
        let number = Path.GetFileName(version)
        select new Component("dotnet", name, number, $"pkg:nuget/{name}.Runtime.linux-x64@{number}", "MIT", $"Texts in /{Runtime}/LICENSE.txt and ThirdPartyNotices.txt.");

    /// <summary>Programs of this project.</summary>
    /// <exception cref="InvalidDataException">A <c>.deps.json</c> is none.</exception>
    public static IEnumerable<Component> Programs(string layer) =>
        from file in DependencyFiles(layer)
        let first = Libraries(file).First(library => library.Type == "project" && library.Name == Path.GetFileName(file)[..^".deps.json".Length])
        select new Component("program", first.Name, first.Version, $"pkg:generic/{first.Name}@{first.Version}", "Apache-2.0", "Text in /usr/share/doc/nebulakeep/LICENSE.");

    /// <summary>The NuGet packages of those programs: name, version, and the folder below NuGet's own in which it lies.</summary>
    public static IEnumerable<(string Name, string Version, string Path)> NuGetPackages(string layer) =>
        from file in DependencyFiles(layer)
        from library in Libraries(file)
        where library.Type == "package"
        select (library.Name, library.Version, library.Path ?? throw new InvalidDataException($"{file} has no path of {library.Name}"));

    static IEnumerable<(string Name, string Version, string Type, string? Path)> Libraries(string file) =>
        from library in JsonNode.Parse(File.ReadAllBytes(file))?["libraries"]?.AsObject() ?? throw new InvalidDataException($"{file} names no libraries")
        let parts = library.Key.Split('/')
        select (parts[0], parts[1], library.Value?["type"]?.GetValue<string>() ?? "", library.Value?["path"]?.GetValue<string>());

    static IEnumerable<string> DependencyFiles(string layer) =>
        Directory.EnumerateFiles(layer, "*.deps.json", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(layer, file).StartsWith(Runtime, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    static IEnumerable<string> Folders(string path) => Directory.Exists(path) ? Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal) : [];
}
