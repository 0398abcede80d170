using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Tests.Fakes;

/// <summary>What a request's path names.</summary>
sealed record FakeTarget(string Plural, string Namespace, string? Name)
{
    public NamespacedName Key => new(Namespace, Name ?? "");

    public static FakeTarget Parse(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var rest = parts[0] == "api" ? parts[2..] : parts[3..];
        if (rest is ["namespaces", var inNamespace, var plural, ..]) return new FakeTarget(plural, inNamespace, rest.Length > 3 ? rest[3] : null);
        return new FakeTarget(rest[0], "", rest.Length > 1 ? rest[1] : null);
    }
}
