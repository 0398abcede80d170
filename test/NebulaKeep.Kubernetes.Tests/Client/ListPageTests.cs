using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Tests.Client;

/// <summary>A page of a list, cut into its items.</summary>
public sealed class ListPageTests
{
    static (List<JsonObject> Items, JsonObject? Metadata) Parse(string text) => KubeJson.ParsePage(Encoding.UTF8.GetBytes(text), "Listing");

    [Fact]
    public void Items_and_metadata_are_found_in_any_order_among_anything_else()
    {
        var (items, metadata) = Parse("""
            {"kind":"List","items":[{"a":{"items":[1,{}]}},{"b":"]}"}],"more":[{"items":[{}]}],"metadata":{"resourceVersion":"7","continue":"x"}}
            """);

        items.Select(item => item.ToJsonString()).ShouldBe(["""{"a":{"items":[1,{}]}}""", """{"b":"]}"}"""]);
        (metadata.Text("resourceVersion"), metadata.Text("continue")).ShouldBe(("7", "x"));
    }

    [Theory]
    [InlineData("""{"metadata":{},"items":null}""")]
    [InlineData("""{"metadata":{}}""")]
    [InlineData("""{"items":[],"metadata":{}}""")]
    public void None_are_none(string text) => Parse(text).Items.ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"items":[{"a":1},7]}""")]
    [InlineData("""{"items":[{"a":1}""")]
    [InlineData("""{"items":[{"a":1}]""")]
    [InlineData("""{"metadata":"x"}""")]
    [InlineData("<html>")]
    public void What_is_no_list_is_an_error_and_nothing_else(string text) => Should.Throw<KubeException>(() => Parse(text)).IsTransient.ShouldBeFalse();

    [Fact]
    public void Any_list_is_read_as_a_whole_reader_would() => Prop.ForAll(ArbMap.Default.ArbFor<(NonNull<string> Name, int Number)[]>(), one =>
    {
        var list = new JsonObject { ["metadata"] = new JsonObject(), ["items"] = new JsonArray([.. one.Select(pair => new JsonObject { [pair.Name.Get] = pair.Number, ["nested"] = new JsonArray(pair.Name.Get) })]) };
        return Parse(list.ToJsonString()).Items.Select(item => item.ToJsonString()).SequenceEqual(list["items"]!.AsArray().Select(item => item!.ToJsonString()));
    }).QuickCheckThrowOnFailure();
}
