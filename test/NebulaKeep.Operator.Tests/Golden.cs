using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Yaml;
using NebulaKeep.Testing;

namespace NebulaKeep.Operator.Tests;

/// <summary>Folders of cases: inputs and the wanted objects as YAML. A new case is a new folder; <c>UPDATE_GOLDEN=1</c> writes the wanted ones.</summary>
static class Golden
{
    static readonly bool Update = Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";

    public static string Folder(string area) => RepositoryRoot.Join("test", "NebulaKeep.Operator.Tests", area, "Cases");

    /// <summary>The names of all cases.</summary>
    public static TheoryData<string> Cases(string area) => new(Directory.EnumerateDirectories(Folder(area)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));

    /// <summary>The object in a file of a case; null when there is no such file, or the text is null.</summary>
    public static JsonObject? Read(string area, string name, string file)
    {
        var path = Path.Combine(Folder(area), name, file);
        return File.Exists(path) ? YamlReader.ReadAll(File.ReadAllText(path)).SingleOrDefault() as JsonObject : null;
    }

    /// <summary>Fails unless the object is what the file says; when updating, writes the file instead.</summary>
    public static void Check(string area, string name, string file, JsonNode made)
    {
        var path = Path.Combine(Folder(area), name, file);
        var text = YamlWriter.Write(made);
        if (Update) File.WriteAllText(path, text);
        text.ShouldBe(File.Exists(path) ? File.ReadAllText(path) : "", $"{path}; run with UPDATE_GOLDEN=1 and review the difference");
    }
}
