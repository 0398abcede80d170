using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Watching;

/// <summary>An object as its JSON text, with what tells it from others of its name.</summary>
sealed class StoredObject(JsonObject item)
{
    readonly byte[] text = KubeJson.Write(item);

    /// <summary>Which object.</summary>
    public string Uid { get; } = item.Uid();

    /// <summary>Which version of it.</summary>
    public string ResourceVersion { get; } = item.ResourceVersion();

    /// <summary>A tree of its own.</summary>
    public JsonObject Read() => KubeJson.ParseObject(text, "reading the cache");
}
