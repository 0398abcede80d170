using System.Text.Json.Nodes;

namespace NebulaKeep.Kubernetes.Events;

/// <summary>Something worth telling about an object: one UpperCamelCase word for programs and a sentence for people. Never a secret.</summary>
public sealed record EventNote(JsonObject About, bool IsWarning, string Reason, string Message);
