using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace NebulaKeep.Operator.Clusters.Desired;

/// <summary>
/// The flag file of a service: the flags that it has always had (<c>Flags/</c>, spec/operator-cluster.md §2.4.1), with the user's in their
/// place and what is new at the end. All flags are in it, also those that a daemon could take while it runs: they are then the same after
/// every restart, and nobody has to send them over an HTTP port that asks for no identity.
/// </summary>
static class FlagFile
{
    static readonly FrozenDictionary<string, string[]> Templates =
        new[] { "metad", "storaged", "graphd" }.ToFrozenDictionary(name => name, ReadTemplate, StringComparer.Ordinal);

    public static string Render(ClusterObject cluster, Component component)
    {
        var wanted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in ServerCertificates.Flags(cluster, component)) wanted[name] = value;
        foreach (var (name, value) in component.Spec.Config ?? new Dictionary<string, string>(StringComparer.Ordinal)) wanted[name] = value;
        List<string> lines = [.. Templates[component.Name].Select(line => Replace(line, wanted))];
        if (wanted.Count > 0) lines.AddRange(["", "# of this cluster", .. wanted.Select(flag => $"--{flag.Key}={flag.Value}")]);
        return string.Join('\n', lines) + '\n';
    }

    /// <summary>Changes with the file; in the pods' annotations it makes them restart, one by one.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes(text)))[..16];

    /// <summary>The line with the wanted value, which is then done with.</summary>
    static string Replace(string line, SortedDictionary<string, string> wanted)
    {
        if (!line.StartsWith("--", StringComparison.Ordinal)) return line;
        var name = line[2..line.IndexOf('=')];
        return wanted.Remove(name, out var value) ? $"--{name}={value}" : line;
    }

    static string[] ReadTemplate(string component)
    {
        using var stream = typeof(FlagFile).Assembly.GetManifestResourceStream($"nebula-{component}.conf")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().TrimEnd('\n').Split('\n');
    }
}
