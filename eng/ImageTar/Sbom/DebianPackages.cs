namespace NebulaKeep.ImageTar.Sbom;

/// <summary>The Debian packages in a layer, from the control files that lie in <c>var/lib/dpkg/status.d</c>.</summary>
static class DebianPackages
{
    const string Documents = "usr/share/doc";

    /// <summary>The release in a layer's os-release; null where there is none.</summary>
    public static string? Release(string layer)
    {
        var file = Path.Join(layer, "usr/lib/os-release");
        return File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("VERSION_ID=", StringComparison.Ordinal))?["VERSION_ID=".Length..].Trim('"') : null;
    }

    /// <summary>The packages.</summary>
    /// <param name="layer">The layer's folder.</param>
    /// <param name="release">Number of the Debian release, or null where nothing says it.</param>
    /// <exception cref="InvalidDataException">A control file lacks a field, or a package has no copyright file: its licence demands that it goes along.</exception>
    public static IEnumerable<Component> In(string layer, string? release)
    {
        var status = Path.Join(layer, "var/lib/dpkg/status.d");
        return Directory.Exists(status) ? Directory.EnumerateFiles(status).Order(StringComparer.Ordinal).Select(file => Read(layer, file, release)) : [];
    }

    static Component Read(string layer, string file, string? release)
    {
        var fields = File.ReadLines(file).Where(line => !line.StartsWith(' ')).Select(line => line.Split(": ", 2)).Where(parts => parts.Length == 2)
            .DistinctBy(parts => parts[0]).ToDictionary(parts => parts[0], parts => parts[1].Trim(), StringComparer.Ordinal);
        string Field(string name) => fields.GetValueOrDefault(name) ?? throw new InvalidDataException($"{file} has no field {name}");
        var (name, version) = (Field("Package"), Field("Version"));
        var copyright = Path.Join(layer, Documents, name, "copyright");
        if (!File.Exists(copyright)) throw new InvalidDataException($"The package {name} has no {copyright}");
        var licences = DebianCopyright.Names(File.ReadAllText(copyright));
        var note = $"Texts in /{Documents}/{name}/copyright and /usr/share/common-licenses."
            + (licences.Count > 0 ? $" Debian's names: {string.Join("; ", licences)}." : "");
        return new Component("deb", name, version, Purl(name, version, Field("Architecture"), release), DebianCopyright.Expression(licences), note);
    }

    static string Purl(string name, string version, string architecture, string? release) =>
        $"pkg:deb/debian/{Uri.EscapeDataString(name)}@{Uri.EscapeDataString(version)}?arch={architecture}{(release is null ? "" : $"&distro=debian-{release}")}";
}
