using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Yaml;

namespace NebulaKeep.Kubernetes.Tests.Yaml;

public sealed class YamlTests
{
    [Fact]
    public void What_is_written_reads_back_as_the_same_json()
    {
        Prop.ForAll(Arb.From(Trees(3)), text =>
        {
            var node = JsonNode.Parse(text)!;
            JsonNode.DeepEquals(YamlReader.ReadAll(YamlWriter.Write(node))[0], node).ShouldBeTrue();
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("1e3")]
    [InlineData("0x1F")]
    [InlineData("12:30")]
    [InlineData("- a")]
    [InlineData("a: b")]
    [InlineData("a #b")]
    [InlineData("ends with:")]
    [InlineData("")]
    [InlineData(" blank")]
    [InlineData("two\nlines")]
    [InlineData("{x}")]
    [InlineData("*any")]
    [InlineData("No")]
    [InlineData("ünïcode ✓")]
    [InlineData("""quo"te\back""")]
    public void A_text_that_looks_like_something_else_stays_a_text(string value)
    {
        var node = new JsonObject { [value] = new JsonArray(value, new JsonObject { ["k"] = value }) };

        JsonNode.DeepEquals(YamlReader.ReadAll(YamlWriter.Write(node))[0], node).ShouldBeTrue();
    }

    [Fact]
    public void Several_documents_are_read_and_empty_ones_left_out()
    {
        YamlReader.ReadAll("a: 1\n---\n---\nb: [x, 2, yes, 0.5]\n").Select(node => node.ToJsonString())
            .ShouldBe(["""{"a":1}""", """{"b":["x",2,"yes",0.5]}"""]);
    }

    [Fact]
    public void Anchors_are_refused_because_they_can_stand_for_gigabytes()
    {
        Should.Throw<NebulaKeepException>(() => YamlReader.ReadAll("a: &x [1]\nb: *x\n")).Message.ShouldContain("anchors");
    }

    [Fact]
    public void Broken_yaml_is_reported_with_its_line()
    {
        Should.Throw<NebulaKeepException>(() => YamlReader.ReadAll("a: 1\nb: [\n")).Message.ShouldContain("line");
    }

    static Gen<string> Trees(int depth)
    {
        var scalar = Gen.OneOf(
            ArbMap.Default.GeneratorFor<int>().Select(n => n.ToString()),
            Gen.Elements("true", "false", "null"),
            ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => JsonValue.Create(Clean(text.Get)).ToJsonString()));
        if (depth == 0) return scalar;
        var inner = Trees(depth - 1);
        var list = inner.ListOf().Select(items => $"[{string.Join(',', items)}]");
        var map = inner.ListOf().Select(items => $"{{{string.Join(',', items.Select((item, n) => $"\"key{n}\":{item}"))}}}");
        return Gen.OneOf(list, map).Where(text => text is not ("[]" or "{}") || depth < 3);
    }

    // Lone surrogates are no text in either format, and YAML has no NUL.
    static string Clean(string text) => new([.. text.Where(c => !char.IsSurrogate(c) && c is >= ' ' and < '\ufffe' && !char.IsControl(c))]);
}
