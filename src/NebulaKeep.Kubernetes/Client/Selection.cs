namespace NebulaKeep.Kubernetes.Client;

/// <summary>
/// Which objects of a kind: of one namespace (null: of all), with certain labels and fields. Selectors are Kubernetes' own texts,
/// such as <c>app=nebula,tier in (a,b)</c>.
/// </summary>
public sealed record Selection(string? Namespace = null, string? Labels = null, string? Fields = null)
{
    /// <summary>Everything, in all namespaces.</summary>
    public static readonly Selection All = new();
}
