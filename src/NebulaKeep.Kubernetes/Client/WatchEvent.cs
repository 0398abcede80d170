using System.Text.Json.Nodes;

namespace NebulaKeep.Kubernetes.Client;

/// <summary>What happened to an object.</summary>
public enum WatchEventType
{
    /// <summary>It came into the selection.</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It left the selection; the object is as it was last.</summary>
    Deleted,

    /// <summary>Nothing happened up to the version that the object carries, and it carries no more than that.</summary>
    Bookmark,
}

/// <summary>One change, as a watch reports it.</summary>
public sealed record WatchEvent(WatchEventType Type, JsonObject Object);
