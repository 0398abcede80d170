using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Crds;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Tests.Resources;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>Every field of upstream's definitions on the real API server, which drops what a definition does not know.</summary>
[Collection(KubernetesCollection.Name)]
[Trait("Category", "Server")]
public sealed class FieldServerTests(KubernetesFixture kubernetes)
{
    public static TheoryData<string, bool> Variants => new() { { "NebulaBackup", false }, { "NebulaBackup", true }, { "NebulaCronBackup", false }, { "NebulaCronBackup", true }, { "NebulaRestore", false }, { "NebulaRestore", true }, { "NebulaCluster", false } };

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Every_field_is_stored_and_kept(string kind, bool alternative)
    {
        var (rows, sent) = (Rows(kind, alternative), Full(kind, await kubernetes.NewNamespaceAsync(), alternative));

        var stored = await kubernetes.Admin.CreateAsync(KindOf(kind), Without(sent, "status"), CancellationToken.None);
        stored = await kubernetes.Admin.PatchStatusAsync(KindOf(kind), stored.Key(), new JsonObject { ["status"] = sent["status"]!.DeepClone() }, CancellationToken.None);

        rows.Count.ShouldBeGreaterThan(20);
        foreach (var row in rows) JsonNode.DeepEquals(row.In(stored), row.In(sent)).ShouldBeTrue($"{row}: {row.In(stored)?.ToJsonString() ?? "dropped"}");
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task A_value_of_another_type_is_refused_for_every_typed_field(string kind, bool alternative)
    {
        var inNamespace = await kubernetes.NewNamespaceAsync();
        var rows = Rows(kind, alternative).Where(row => row is { Class: 'A' or 'B', Wrong: not null } && row.Path[0] == "spec").ToList();

        rows.ShouldNotBeEmpty();
        foreach (var row in rows)
        {
            var item = Without(Full(kind, inNamespace, alternative), "status");
            row.Put(item, row.Wrong!);
            var error = await Should.ThrowAsync<KubeException>(() => kubernetes.Admin.CreateAsync(KindOf(kind), item, CancellationToken.None), row.ToString());
            error.IsInvalid.ShouldBeTrue($"{row}: {error.Message}");
            error.Message.ShouldContain(row.Path.Last(part => part is not (FieldRow.Item or FieldRow.AnyKey)));
        }
    }

    static ResourceKind KindOf(string kind) => CustomResources.All.Select(CrdGenerator.KindOf).Single(known => known.Kind == kind);

    /// <summary>With the first store, or with the other one.</summary>
    static List<FieldRow> Rows(string kind, bool alternative) => [.. FieldRow.All.Where(row => row.Kind == kind && row.IsAlternative == alternative || row.Kind == kind && !row.IsAlternative && !row.Path.Contains("s3"))];

    static JsonObject Full(string kind, string inNamespace, bool alternative)
    {
        var item = ObjectFields.New(KindOf(kind), new NamespacedName(inNamespace, "full"));
        foreach (var row in Rows(kind, alternative)) row.Put(item, row.Value.DeepClone());
        return item;
    }

    static JsonObject Without(JsonObject item, string field)
    {
        var copy = (JsonObject)item.DeepClone();
        copy.Remove(field);
        return copy;
    }
}
