using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Tests.Objects;

public sealed class FinalizersTests
{
    static JsonObject Item(params string[] finalizers) => new()
    {
        ["metadata"] = new JsonObject { ["resourceVersion"] = "7", ["finalizers"] = new JsonArray([.. finalizers.Select(text => JsonValue.Create(text))]) },
    };

    [Fact]
    public void Adding_keeps_the_others_and_names_the_version_it_was_decided_on()
    {
        Finalizers.PatchToAdd(Item("a/other"), "b/mine")!.ToJsonString()
            .ShouldBe("""{"metadata":{"resourceVersion":"7","finalizers":["a/other","b/mine"]}}""");
    }

    [Fact]
    public void Removing_keeps_the_others()
    {
        Finalizers.PatchToRemove(Item("b/mine", "a/other"), "b/mine")!.ToJsonString()
            .ShouldBe("""{"metadata":{"resourceVersion":"7","finalizers":["a/other"]}}""");
    }

    [Fact]
    public void There_is_nothing_to_do_when_it_is_so_already()
    {
        Finalizers.PatchToAdd(Item("b/mine"), "b/mine").ShouldBeNull();
        Finalizers.PatchToRemove(Item("a/other"), "b/mine").ShouldBeNull();
        Finalizers.Has(new JsonObject(), "b/mine").ShouldBeFalse();
    }
}
