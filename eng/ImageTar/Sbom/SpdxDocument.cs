using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NebulaKeep.ImageTar.Sbom;

/// <summary>A bill of materials as SPDX 2.3 in JSON (spdx.github.io/spdx-spec/v2.3). The same components give the same bytes.</summary>
static class SpdxDocument
{
    const string None = "NOASSERTION";
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Describes an image of these components.</summary>
    public static string Of(string image, string version, IReadOnlyList<Component> components)
    {
        var document = new JsonObject
        {
            ["spdxVersion"] = "SPDX-2.3",
            ["dataLicense"] = "CC0-1.0",
            ["SPDXID"] = "SPDXRef-DOCUMENT",
            ["name"] = $"{image}-{version}",
            ["creationInfo"] = new JsonObject { ["created"] = "1970-01-01T00:00:00Z", ["creators"] = new JsonArray("Tool: NebulaKeep.ImageTar") },
            ["packages"] = new JsonArray([Image(image, version), .. components.Select(Package)]),
            ["relationships"] = new JsonArray([Relation("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-image"), .. components.Select(part => Relation("SPDXRef-image", "CONTAINS", Id(part)))]),
        };
        // Unique, as the format wants it, and yet no chance: from what the document says.
        document["documentNamespace"] = $"https://spdx.org/spdxdocs/{image}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(document.ToJsonString())))}";
        return document.ToJsonString(Readable) + "\n";
    }

    static JsonObject Image(string name, string version) => new()
    {
        ["SPDXID"] = "SPDXRef-image",
        ["name"] = name,
        ["versionInfo"] = version,
        ["primaryPackagePurpose"] = "CONTAINER",
        ["downloadLocation"] = None,
        ["filesAnalyzed"] = false,
        ["licenseConcluded"] = None,
        ["licenseDeclared"] = None,
        ["copyrightText"] = None,
    };

    static JsonObject Package(Component part) => new()
    {
        ["SPDXID"] = Id(part),
        ["name"] = part.Name,
        ["versionInfo"] = part.Version,
        ["downloadLocation"] = None,
        ["filesAnalyzed"] = false,
        ["licenseConcluded"] = None,
        ["licenseDeclared"] = part.Licence ?? None,
        ["licenseComments"] = part.LicenceNote,
        ["copyrightText"] = None,
        ["externalRefs"] = new JsonArray(new JsonObject { ["referenceCategory"] = "PACKAGE-MANAGER", ["referenceType"] = "purl", ["referenceLocator"] = part.Purl }),
    };

    static JsonObject Relation(string from, string kind, string to) => new() { ["spdxElementId"] = from, ["relationshipType"] = kind, ["relatedSpdxElement"] = to };

    /// <summary>Letters, digits, dots and hyphens are allowed. Everything else by its number, so that two never become one (libstdc++6).</summary>
    static string Id(Component part)
    {
        var id = new StringBuilder("SPDXRef-");
        foreach (var letter in $"{part.Kind}-{part.Name}-{part.Version}")
            if (char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-') id.Append(letter);
            else id.Append(CultureInfo.InvariantCulture, $"-x{(int)letter:x}-");
        return id.ToString();
    }
}
