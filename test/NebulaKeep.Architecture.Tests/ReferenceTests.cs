using System.Xml.Linq;

namespace NebulaKeep.Architecture.Tests;

/// <summary>Projects may refer only downwards; this table is the architecture.</summary>
public sealed class ReferenceTests
{
    static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Core"] = [],
        ["Security"] = ["Core"],
        ["Thrift"] = ["Core", "Security"],
        ["Nebula"] = ["Thrift"],
        ["Rpc"] = ["Core", "Security"],
        ["ObjectStore"] = ["Core", "Security"],
        ["RocksDb"] = ["Core"],
        ["Backup"] = ["Nebula", "Rpc", "ObjectStore", "RocksDb"],
        ["Kubernetes"] = ["Core", "Security"],
        ["DevCluster"] = ["Nebula", "RocksDb"],
        ["Br"] = ["Backup"],
        ["Agent"] = ["Nebula", "Rpc", "ObjectStore", "Backup"],
        ["Certs"] = ["Security"],
        ["Dev"] = ["DevCluster"],
        ["Operator"] = ["Kubernetes", "Nebula", "Backup"],
    };

    public static TheoryData<string> SourceProjects => new(Repository.Projects("src").Select(Path.GetFileNameWithoutExtension)!);

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void A_project_refers_only_to_what_lies_below_it(string project)
    {
        var name = project["NebulaKeep.".Length..];
        var file = Path.Combine(Repository.Root, "src", project, $"{project}.csproj");

        var references = XDocument.Load(file).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)["NebulaKeep.".Length..]);

        references.ShouldBeSubsetOf(Allowed[name], $"{file} refers to a project that is not below {name}");
    }

    [Fact]
    public void Every_source_project_says_what_it_is_for()
    {
        var without = Repository.Projects("src").Select(Path.GetDirectoryName).Where(folder => !File.Exists(Path.Combine(folder!, "README.md")));

        without.ShouldBeEmpty();
    }

    [Fact]
    public void Every_library_has_its_tests()
    {
        string[] wiringOnly = ["Dev"];
        var tested = Repository.Projects("test").Select(Path.GetFileNameWithoutExtension).ToHashSet(StringComparer.Ordinal);

        Repository.Projects("src").Select(Path.GetFileNameWithoutExtension)
            .Where(project => !wiringOnly.Contains(project!["NebulaKeep.".Length..]) && !tested.Contains($"{project}.Tests"))
            .ShouldBeEmpty();
    }
}
