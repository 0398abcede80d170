namespace NebulaKeep.Certs;

/// <summary>
/// The names of this host from a hosts file. In a pod of a StatefulSet the kubelet writes its full name there, that under which others find
/// it: <c>10.1.2.3 nebula-metad-0.nebula-metad-headless.default.svc.cluster.local nebula-metad-0</c>. What follows the pod's own part is the
/// common name of all its pods, by which agents call the metads.
/// </summary>
static class HostNames
{
    /// <summary>All names on the lines that carry the host's own, in their order; its own alone if no line does.</summary>
    public static IReadOnlyList<string> Of(string host, IEnumerable<string> hostsFile)
    {
        var names = hostsFile.Select(line => line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Skip(1).ToList())
            .Where(names => names.Contains(host, StringComparer.OrdinalIgnoreCase)).SelectMany(names => names).SelectMany(name => WithService(host, name)).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        return names.Count > 0 ? names : [host];
    }

    static IEnumerable<string> WithService(string host, string name)
    {
        yield return name;
        var service = name.StartsWith(host + ".", StringComparison.OrdinalIgnoreCase) ? name[(host.Length + 1)..] : "";
        if (service.Contains('.', StringComparison.Ordinal)) yield return service;
    }
}
