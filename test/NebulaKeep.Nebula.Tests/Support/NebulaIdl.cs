using System.Reflection;

namespace NebulaKeep.Nebula.Tests.Support;

/// <summary>The IDL files and the checked-in code made of them.</summary>
static class NebulaIdl
{
    static readonly string Project = typeof(NebulaIdl).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a =>
        a.Key == "NebulaProject").Value!;

    internal static IReadOnlyDictionary<string, string> Sources { get; } =
        Directory.GetFiles(Path.Combine(Project, "Idl"), "*.thrift").ToDictionary(path => Path.GetFileName(path), File.ReadAllText);

    internal static SortedDictionary<string, string> CheckedIn()
    {
        var root = Path.Combine(Project, "Generated");
        var files = Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories);
        return new(files.ToDictionary(path => Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllText),
            StringComparer.Ordinal);
    }
}
