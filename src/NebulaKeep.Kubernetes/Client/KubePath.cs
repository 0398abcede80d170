using System.Text;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Client;

/// <summary>Builds the paths of requests; whatever comes from outside is escaped.</summary>
static class KubePath
{
    /// <summary>Of a kind's objects in a namespace; null for all namespaces.</summary>
    public static string Collection(ResourceKind kind, string? inNamespace)
    {
        var root = kind.Group.Length == 0 ? $"api/{kind.Version}" : $"apis/{kind.Group}/{kind.Version}";
        return kind.Namespaced && inNamespace is not null
            ? $"{root}/namespaces/{Uri.EscapeDataString(inNamespace)}/{kind.Plural}"
            : $"{root}/{kind.Plural}";
    }

    /// <summary>Of one object, or of a part of it such as <c>status</c>.</summary>
    /// <exception cref="ArgumentException">The name could not be one segment of a path.</exception>
    public static string Item(ResourceKind kind, NamespacedName key, string? subresource = null)
    {
        if (key.Name.Length == 0 || key.Name is "." or "..") throw new ArgumentException($"'{key.Name}' cannot name an object", nameof(key));
        if (kind.Namespaced && key.Namespace.Length == 0) throw new ArgumentException($"{kind.Kind} {key.Name} needs a namespace", nameof(key));
        var path = $"{Collection(kind, key.Namespace)}/{Uri.EscapeDataString(key.Name)}";
        return subresource is null ? path : $"{path}/{subresource}";
    }

    /// <summary>The path with its query; parameters without a value are left out.</summary>
    public static string Query(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var text = new StringBuilder(path);
        var mark = '?';
        foreach (var (name, value) in parameters)
        {
            if (string.IsNullOrEmpty(value)) continue;
            text.Append(mark).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            mark = '&';
        }
        return text.ToString();
    }
}
