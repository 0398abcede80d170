namespace NebulaKeep.Kubernetes.Crds;

/// <summary>
/// A property (<c>JsonObject</c> or a list of them) that holds a type of Kubernetes itself or one that passes through: every field is
/// accepted and kept, whatever release it comes from. Only the named string fields are demanded.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EmbeddedAttribute(params string[] requiredTexts) : Attribute
{
    /// <summary>Fields that each object must have, as strings.</summary>
    public IReadOnlyList<string> RequiredTexts { get; } = requiredTexts;
}
