namespace NebulaKeep.Kubernetes.Crds;

/// <summary>An explicit null is as good as leaving the property out; existing objects have it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AcceptsNullAttribute : Attribute;
