using System.Text.Json.Nodes;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Tests.Crds;

namespace NebulaKeep.Kubernetes.Tests.Objects;

public sealed class ResourceJsonTests
{
    const string Text = """{"spec":{"name":"aa","two":{"later":[1,{"x":null}]},"limits":{"cpu":2,"memory":"1Gi","share":0.5},"containers":[{"name":"c","newField":true}]}}""";

    [Fact]
    public void An_object_reads_and_writes_without_losing_a_field()
    {
        var thing = ResourceJson.Read<CrdGeneratorTests.Thing>(JsonNode.Parse(Text)!);

        thing.Spec.Limits!["cpu"].ShouldBe(new IntOrString("2", IsNumber: true));
        JsonNode.DeepEquals(ResourceJson.Write(thing), JsonNode.Parse(Text)).ShouldBeTrue();
    }

    [Fact]
    public void An_object_that_does_not_fit_says_where()
    {
        var error = Should.Throw<NebulaKeepException>(() => ResourceJson.Read<CrdGeneratorTests.Thing>(JsonNode.Parse("""{"spec":{"name":5}}""")!));

        error.Message.ShouldContain("$.spec.name");
    }
}
