using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NebulaKeep.Kubernetes.Crds;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Tests.Crds;

public sealed class CrdGeneratorTests
{
    /// <summary>A thing for tests, see <see cref="ThingSpec"/>.</summary>
    [CustomResource("example.com", "v1", "Thing", "things", "th")]
    [PrinterColumn("B", "string", ".status.phase")]
    [PrinterColumn("A", "date", ".metadata.creationTimestamp")]
    public sealed record Thing
    {
        /// <summary>The wish.</summary>
        public required ThingSpec Spec { get; init; }
    }

    [ExactlyOneOf("one", "two")]
    public sealed record ThingSpec
    {
        [MinLength(1)]
        [RegularExpression("^a+$")]
        public required string Name { get; init; }

        [DefaultValue(5)]
        [Range(1, 10)]
        public int? Count { get; init; }

        [AllowedValues("X", "Y")]
        public string? Choice { get; init; }

        public Part? One { get; init; }

        [JsonPropertyName("two")]
        public Part? Second { get; init; }

        public IReadOnlyDictionary<string, IntOrString>? Limits { get; init; }

        [Embedded("name")]
        [MinLength(1)]
        public IReadOnlyList<JsonObject>? Containers { get; init; }

        [AcceptsNull]
        public DateTimeOffset? When { get; init; }

        [JsonIgnore]
        public string? Hidden { get; init; }
    }

    public sealed record Part
    {
        [JsonExtensionData]
        public IDictionary<string, JsonElement>? Others { get; init; }
    }

    static JsonNode Schema(params string[] path)
    {
        JsonNode? node = CrdGenerator.Definition(typeof(Thing)).At("spec")!["versions"]![0].At("schema", "openAPIV3Schema", "properties", "spec");
        return node.At(path) ?? throw new KeyNotFoundException(string.Join('.', path));
    }

    static string Property(string name) => Schema("properties", name).ToJsonString();

    [Fact]
    public void The_head_says_where_the_kind_is_served()
    {
        var definition = CrdGenerator.Definition(typeof(Thing));

        definition.Key().Name.ShouldBe("things.example.com");
        definition.At("spec", "names")!.ToJsonString()
            .ShouldBe("""{"kind":"Thing","listKind":"ThingList","plural":"things","shortNames":["th"],"singular":"thing"}""");
        definition.At("spec")!["versions"]![0]!["additionalPrinterColumns"].Items().Select(column => column.Text("name")).ShouldBe(["B", "A"]);
        definition.At("spec")!["versions"]![0].Text("schema", "openAPIV3Schema", "description").ShouldBe("A thing for tests, see ThingSpec.");
        CrdGenerator.KindOf(typeof(Thing)).ShouldBe(new ResourceKind("example.com", "v1", "Thing", "things"));
    }

    [Fact]
    public void Attributes_become_limits()
    {
        Property("name").ShouldBe("""{"type":"string","minLength":1,"pattern":"^a\u002B$"}""");
        Property("count").ShouldBe("""{"type":"integer","format":"int32","default":5,"minimum":1,"maximum":10}""");
        Property("choice").ShouldBe("""{"type":"string","enum":["X","Y"]}""");
        Property("when").ShouldBe("""{"type":"string","format":"date-time","nullable":true}""");
    }

    [Fact]
    public void Required_members_and_choices_are_demanded()
    {
        Schema("required").ToJsonString().ShouldBe("""["name"]""");
        Schema("oneOf").ToJsonString().ShouldBe("""[{"required":["one"]},{"required":["two"]}]""");
    }

    [Fact]
    public void What_passes_through_keeps_its_unknown_fields()
    {
        Property("two").ShouldBe("""{"type":"object","x-kubernetes-preserve-unknown-fields":true}""");
        Property("containers").ShouldBe(
            """{"type":"array","items":{"type":"object","properties":{"name":{"type":"string","minLength":1}},"required":["name"],"x-kubernetes-preserve-unknown-fields":true},"minItems":1}""");
        Schema("properties", "limits", "additionalProperties").At("x-kubernetes-int-or-string")!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public void A_property_that_is_not_json_is_not_in_the_schema()
    {
        Schema("properties").AsObject().ContainsKey("hidden").ShouldBeFalse();
    }
}
