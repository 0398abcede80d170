using System.Text.Json.Nodes;

namespace NebulaKeep.Kubernetes.Client;

/// <summary>What happens to an object's dependents when it is deleted.</summary>
public enum Propagation
{
    /// <summary>The object goes at once, its dependents soon after.</summary>
    Background,

    /// <summary>The object stays until its dependents are gone.</summary>
    Foreground,

    /// <summary>Dependents stay and lose their owner.</summary>
    Orphan,
}

/// <summary>How to delete. With <paramref name="Uid"/> or <paramref name="ResourceVersion"/> only that very object or version is deleted.</summary>
public sealed record DeleteOptions(
    Propagation Propagation = Propagation.Background, string? Uid = null, string? ResourceVersion = null, int? GracePeriodSeconds = null)
{
    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions", ["propagationPolicy"] = Propagation.ToString() };
        if (GracePeriodSeconds is { } seconds) json["gracePeriodSeconds"] = seconds;
        var preconditions = new JsonObject();
        if (Uid is not null) preconditions["uid"] = Uid;
        if (ResourceVersion is not null) preconditions["resourceVersion"] = ResourceVersion;
        if (preconditions.Count > 0) json["preconditions"] = preconditions;
        return json;
    }
}
