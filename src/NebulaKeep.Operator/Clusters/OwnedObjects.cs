using System.Collections.Immutable;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Clusters;

/// <summary>What is stored of a cluster's objects, by kind and name.</summary>
sealed class OwnedObjects
{
    readonly ImmutableDictionary<(string Kind, string Name), JsonObject> items;

    OwnedObjects(ImmutableDictionary<(string Kind, string Name), JsonObject> items) => this.items = items;

    /// <summary>Kinds that a cluster's objects are of; all are named like it or its services.</summary>
    public static readonly IReadOnlyList<ResourceKind> Kinds = [KnownKinds.StatefulSet, KnownKinds.Service, KnownKinds.ConfigMap, KnownKinds.ServiceAccount];

    public static OwnedObjects Of(IEnumerable<JsonObject> stored) => new(stored.ToImmutableDictionary(Key));

    /// <summary>With this one as it is stored now.</summary>
    public OwnedObjects With(JsonObject stored) => new(items.SetItem(Key(stored), stored));

    /// <summary>The stored counterpart of an object.</summary>
    public JsonObject? Find(JsonObject wanted) => items.GetValueOrDefault(Key(wanted));

    public JsonObject? StatefulSet(Component component) => items.GetValueOrDefault(("StatefulSet", component.Workload.Name));

    static (string Kind, string Name) Key(JsonObject item) => (item.Text("kind") ?? "", item.Key().Name);
}
