using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Client;

/// <summary>A question about the client's own rights: may it do this verb to this kind, here (null: everywhere)?</summary>
public sealed record AccessQuery(string Verb, ResourceKind Kind, string? Namespace = null, string? Subresource = null, string? Name = null);
