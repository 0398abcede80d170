namespace NebulaKeep.Kubernetes.Crds;

/// <summary>Makes a class a namespaced custom resource with a status subresource. Its properties <c>Spec</c> and <c>Status</c> become the schema.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CustomResourceAttribute(string group, string version, string kind, string plural, params string[] shortNames) : Attribute
{
    /// <summary>API group.</summary>
    public string Group { get; } = group;

    /// <summary>The only version, served and stored.</summary>
    public string Version { get; } = version;

    /// <summary>UpperCamelCase singular.</summary>
    public string Kind { get; } = kind;

    /// <summary>Lower-case plural, as in URLs.</summary>
    public string Plural { get; } = plural;

    /// <summary>What kubectl takes instead of the plural.</summary>
    public IReadOnlyList<string> ShortNames { get; } = shortNames;
}
