using System.Text.Json.Nodes;

namespace NebulaKeep.Kubernetes.Client;

/// <summary>All objects of a selection as they were at one version, from which a watch can go on.</summary>
public sealed record ObjectList(IReadOnlyList<JsonObject> Items, string ResourceVersion);
