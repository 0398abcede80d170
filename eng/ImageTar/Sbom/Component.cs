namespace NebulaKeep.ImageTar.Sbom;

/// <summary>Something inside an image that has a name, a version and a licence.</summary>
/// <param name="Kind">deb, nuget, dotnet or program: sorts components, and keeps their ids apart.</param>
/// <param name="Name">As its maker calls it.</param>
/// <param name="Version">As its maker counts.</param>
/// <param name="Purl">Its package URL (github.com/package-url/purl-spec), by which scanners look up what is known against it.</param>
/// <param name="Licence">An SPDX expression; null where the component does not say it in one.</param>
/// <param name="LicenceNote">What it says instead, or where the texts are.</param>
sealed record Component(string Kind, string Name, string Version, string Purl, string? Licence, string LicenceNote);
