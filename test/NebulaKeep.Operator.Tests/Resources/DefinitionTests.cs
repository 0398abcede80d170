using NebulaKeep.Kubernetes.Crds;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Testing;

namespace NebulaKeep.Operator.Tests.Resources;

public sealed class DefinitionTests
{
    public static TheoryData<string> Files => new(CustomResources.All.Select(CrdGenerator.FileName));

    [Theory]
    [MemberData(nameof(Files))]
    public void The_checked_in_definition_is_what_the_classes_give(string file)
    {
        var path = RepositoryRoot.Join("deploy", "crds", file);
        var made = CrdGenerator.Yaml(CustomResources.All.Single(type => CrdGenerator.FileName(type) == file));
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(path, made);

        File.ReadAllText(path).ShouldBe(made, $"{path}: run with UPDATE_GOLDEN=1, or 'nebula-operator crds deploy/crds'");
    }

    [Fact]
    public void There_are_no_others() =>
        Directory.EnumerateFiles(RepositoryRoot.Join("deploy", "crds"), "apps.*.yaml").Select(Path.GetFileName)
            .ShouldBe(CustomResources.All.Select(CrdGenerator.FileName), ignoreOrder: true);
}
