using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Crds;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources;

namespace NebulaKeep.Operator.Tests.Resources;

/// <summary>The generated definitions against the list of all fields of upstream's.</summary>
public sealed class FieldTests
{
    const string Opaque = "x-kubernetes-preserve-unknown-fields";

    public static TheoryData<string> Typed => Names("AB");

    public static TheoryData<string> Accepted => Names("C");

    [Theory]
    [MemberData(nameof(Typed))]
    public void A_field_of_class_A_or_B_is_typed_with_upstreams_default(string field)
    {
        var row = Row(field);
        var schema = SchemaOf(row);

        schema.ShouldNotBeNull(field);
        if (row.Type is not "any") schema.Text("type").ShouldBe(row.Type is "kubernetes" ? "object" : row.Type);
        if (row.Type is "kubernetes") schema[Opaque]!.GetValue<bool>().ShouldBeTrue("fields of later releases are kept");
        if (row.Default is { } wanted) JsonNode.DeepEquals(schema["default"], wanted).ShouldBeTrue($"{field}: default {schema["default"]?.ToJsonString()}");
        IsRequired(row).ShouldBe(row.IsRequired, "an object that upstream takes must not be refused without a reason");
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void A_field_of_class_C_is_in_the_definition(string field) => SchemaOf(Row(field)).ShouldNotBeNull(field);

    static TheoryData<string> Names(string classes) => new(FieldRow.All.Where(row => classes.Contains(row.Class, StringComparison.Ordinal)).Select(row => row.ToString()));

    static FieldRow Row(string field) => FieldRow.All.Single(row => row.ToString() == field);

    static JsonObject? SchemaOf(FieldRow row) => Walk(row.Kind, row.Path);

    static bool IsRequired(FieldRow row) => (Walk(row.Kind, row.Path.SkipLast(1))!["required"] as JsonArray ?? []).Any(name => name!.GetValue<string>() == row.Path[^1]);

    static JsonObject? Walk(string kind, IEnumerable<string> path)
    {
        var definition = CrdGenerator.Definition(CustomResources.All.Single(type => CrdGenerator.KindOf(type).Kind == kind));
        var schema = definition.Items("spec", "versions").Single().At("schema", "openAPIV3Schema") as JsonObject;
        foreach (var part in path)
            schema = (part switch { FieldRow.Item => schema.At("items"), FieldRow.AnyKey => schema.At("additionalProperties"), _ => schema.At("properties", part) }) as JsonObject;
        return schema;
    }
}
