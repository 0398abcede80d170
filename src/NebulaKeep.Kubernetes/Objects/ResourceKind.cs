namespace NebulaKeep.Kubernetes.Objects;

/// <summary>
/// One kind of object and where the API server serves it: <c>/apis/{group}/{version}/…/{plural}</c>, or <c>/api/v1/…</c> for the core
/// group, whose name is empty.
/// </summary>
public sealed record ResourceKind(string Group, string Version, string Kind, string Plural, bool Namespaced = true)
{
    /// <summary>What objects carry in their field <c>apiVersion</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>As RBAC and kubectl write it: <c>plural.group</c>.</summary>
    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
