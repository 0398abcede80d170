using System.Text.Json.Nodes;

namespace NebulaKeep.Kubernetes.Watching;

/// <summary>What an informer reports.</summary>
public enum InformerEventType
{
    /// <summary>The object is new to the cache.</summary>
    Added,

    /// <summary>Another version of it came.</summary>
    Updated,

    /// <summary>It is gone.</summary>
    Deleted,

    /// <summary>Nothing happened: the periodic look at everything.</summary>
    Resync,
}

/// <summary>A change of the cache. For Deleted, <paramref name="Object"/> is the last known version. It is shared by all handlers: read it only.</summary>
public readonly record struct InformerEvent(InformerEventType Type, JsonObject Object);
