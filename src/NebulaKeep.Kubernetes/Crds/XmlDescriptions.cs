using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NebulaKeep.Core;

namespace NebulaKeep.Kubernetes.Crds;

/// <summary>Reads the summaries of doc comments from the XML file that the compiler writes beside an assembly.</summary>
sealed partial class XmlDescriptions
{
    readonly Dictionary<string, string> summaries;

    XmlDescriptions(Dictionary<string, string> summaries) => this.summaries = summaries;

    /// <exception cref="NebulaKeepException">The file is not there: the project does not set GenerateDocumentationFile.</exception>
    public static XmlDescriptions Of(Assembly assembly)
    {
        var file = Path.ChangeExtension(assembly.Location, ".xml");
        if (!File.Exists(file)) throw new NebulaKeepException($"{file} with the descriptions is missing: set GenerateDocumentationFile in the project");
        var members = XDocument.Load(file).Root?.Element("members")?.Elements("member") ?? [];
        return new XmlDescriptions(members.ToDictionary(member => (string?)member.Attribute("name") ?? "", Summary));
    }

    public string? Of(PropertyInfo property) => summaries.GetValueOrDefault($"P:{Name(property.DeclaringType!)}.{property.Name}");

    public string? Of(Type type) => summaries.GetValueOrDefault($"T:{Name(type)}");

    static string Name(Type type) => (type.FullName ?? type.Name).Replace('+', '.');

    static string Summary(XElement member)
    {
        var text = new StringBuilder();
        foreach (var node in member.Element("summary")?.Nodes() ?? [])
            text.Append(node is XElement element ? Flat(element) : ((XText)node).Value);
        return Blanks().Replace(text.ToString(), " ").Trim();
    }

    /// <summary>A reference becomes the last part of what it names.</summary>
    static string Flat(XElement element)
    {
        if (element.Value.Length > 0) return element.Value;
        var target = (string?)element.Attribute("cref") ?? (string?)element.Attribute("langword") ?? "";
        return target[(target.LastIndexOf('.') + 1)..];
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Blanks();
}
