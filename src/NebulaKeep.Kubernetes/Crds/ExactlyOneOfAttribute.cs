namespace NebulaKeep.Kubernetes.Crds;

/// <summary>Exactly one of these optional properties (by their JSON names) must be given.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ExactlyOneOfAttribute(params string[] properties) : Attribute
{
    /// <summary>JSON names.</summary>
    public IReadOnlyList<string> Properties { get; } = properties;
}
