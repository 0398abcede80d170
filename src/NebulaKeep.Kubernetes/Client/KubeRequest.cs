using System.Text.Json.Nodes;

namespace NebulaKeep.Kubernetes.Client;

/// <summary>One request: what it is for (for messages), where it goes and what it carries.</summary>
sealed record KubeRequest(HttpMethod Method, string Path, string Doing)
{
    public JsonNode? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    public string Accept { get; init; } = "application/json";
}
