namespace NebulaKeep.Kubernetes.Objects;

/// <summary>What names one object of a kind: its namespace (empty for cluster-scoped kinds) and its name.</summary>
public readonly record struct NamespacedName(string Namespace, string Name)
{
    /// <summary>As kubectl users write it: <c>namespace/name</c>, or the name alone.</summary>
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
