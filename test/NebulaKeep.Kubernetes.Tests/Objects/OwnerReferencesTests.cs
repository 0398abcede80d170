using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Tests.Fakes;

namespace NebulaKeep.Kubernetes.Tests.Objects;

public sealed class OwnerReferencesTests
{
    static readonly ResourceKind Backup = new("apps.nebula-graph.io", "v1alpha1", "NebulaBackup", "nebulabackups");

    static JsonObject Owned()
    {
        var owner = ObjectFields.New(Backup, new NamespacedName("prod", "b1"));
        owner.Metadata()["uid"] = "u-1";
        var item = TestObjects.ConfigMap("c", inNamespace: "prod");
        item.Metadata()["ownerReferences"] = new JsonArray(OwnerReferences.Controller(owner));
        return item;
    }

    [Fact]
    public void The_controller_is_found_by_kind_and_group_in_any_version()
    {
        OwnerReferences.ControllerOf(Owned(), Backup with { Version = "v1" }).ShouldBe(new NamespacedName("prod", "b1"));
        OwnerReferences.ControllerOf(Owned(), Backup with { Group = "other.io" }).ShouldBeNull();
        OwnerReferences.ControllerOf(Owned(), Backup with { Kind = "NebulaCluster" }).ShouldBeNull();
        OwnerReferences.Uids(Owned()).ShouldBe(["u-1"]);
    }

    [Fact]
    public void An_owner_that_is_not_the_controller_does_not_count()
    {
        var item = Owned();
        item["metadata"]!["ownerReferences"]![0]!["controller"] = false;

        OwnerReferences.ControllerOf(item, Backup).ShouldBeNull();
    }
}
