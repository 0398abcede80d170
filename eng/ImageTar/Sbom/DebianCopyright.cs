namespace NebulaKeep.ImageTar.Sbom;

/// <summary>Licences from a Debian package's copyright file, if it is of the machine-readable kind (DEP-5).</summary>
static class DebianCopyright
{
    // Debian's short names (www.debian.org/doc/packaging-manuals/copyright-format/1.0) that mean one SPDX licence and no other.
    static readonly Dictionary<string, string> Spdx = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Apache-2.0"] = "Apache-2.0",
        ["BSD-2-clause"] = "BSD-2-Clause",
        ["BSD-3-clause"] = "BSD-3-Clause",
        ["CC-BY-3.0"] = "CC-BY-3.0",
        ["CC-BY-4.0"] = "CC-BY-4.0",
        ["Expat"] = "MIT",
        ["GPL-1+"] = "GPL-1.0-or-later",
        ["GPL-2"] = "GPL-2.0-only",
        ["GPL-2+"] = "GPL-2.0-or-later",
        ["GPL-3"] = "GPL-3.0-only",
        ["GPL-3+"] = "GPL-3.0-or-later",
        ["MIT"] = "MIT",
        ["MPL-2.0"] = "MPL-2.0",
        ["Zlib"] = "Zlib",
    };

    /// <summary>The licences of what the package ships, in Debian's words and sorted: not those of its packaging. Empty where the file is prose.</summary>
    public static IReadOnlyList<string> Names(string text)
    {
        if (!text.StartsWith("Format:", StringComparison.Ordinal)) return [];
        return [.. Paragraphs(text).Where(IsShipped).Select(LicenceOf).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];
    }

    /// <summary>All of them in one SPDX expression; null if any has no such name.</summary>
    public static string? Expression(IReadOnlyList<string> names)
    {
        var parts = names.Select(Either).ToList();
        return parts.Count == 0 || parts.Contains(null) ? null : string.Join(" AND ", parts.Distinct(StringComparer.Ordinal));
    }

    static string? Either(string name)
    {
        var choices = name.Split(" or ").Select(choice => Spdx.GetValueOrDefault(choice.Trim())).ToList();
        return choices.Contains(null) ? null : choices.Count == 1 ? choices[0] : $"({string.Join(" OR ", choices)})";
    }

    static IEnumerable<string[]> Paragraphs(string text) =>
        text.ReplaceLineEndings("\n").Split("\n\n").Select(paragraph => paragraph.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    static bool IsShipped(string[] paragraph) => Field(paragraph, "Files") is { } files && !files.StartsWith("debian/", StringComparison.Ordinal);

    static string? LicenceOf(string[] paragraph) => Field(paragraph, "License");

    static string? Field(string[] paragraph, string name) =>
        paragraph.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim() is { Length: > 0 } value ? value : null;
}
