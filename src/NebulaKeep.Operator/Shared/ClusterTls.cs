using NebulaKeep.Operator.Resources.Clusters;

namespace NebulaKeep.Operator.Shared;

/// <summary>
/// Which connections of a cluster use TLS, by the flags of its services (spec/operator-cluster.md §2.8). A flag counts as set for true,
/// t, yes, y and 1, as gflags reads it. A flag that some services have and others lack is a cluster whose services cannot
/// talk to each other; <see cref="Problem"/> names it.
/// </summary>
sealed record ClusterTls(bool Meta, bool Storage, bool All, string? Problem)
{
    static readonly string[] Flags = ["enable_ssl", "enable_meta_ssl", "enable_storage_ssl"];

    /// <summary>metad is spoken to over TLS.</summary>
    public bool IsOn => Meta || All;

    /// <summary>In a word: all, meta, storage, meta+storage or none. Daemons of different words cannot talk to each other.</summary>
    public string Mode => (All, Meta, Storage) switch
    {
        (true, _, _) => "all",
        (_, true, true) => "meta+storage",
        (_, true, _) => "meta",
        (_, _, true) => "storage",
        _ => "none",
    };

    /// <summary>Reads the flags of all three kinds of service.</summary>
    public static ClusterTls Of(NebulaClusterSpec spec)
    {
        (string Name, ComponentSpec Spec)[] services = [("graphd", spec.Graphd), ("metad", spec.Metad), ("storaged", spec.Storaged)];
        bool Everywhere(string flag) => services.All(service => IsSet(service.Spec, flag));
        var problem = Flags.Select(flag => Inconsistency(services, flag)).FirstOrDefault(text => text is not null);
        return new ClusterTls(Everywhere("enable_meta_ssl"), Everywhere("enable_storage_ssl"), Everywhere("enable_ssl"), problem);
    }

    /// <summary>A service of this spec shows a certificate to whoever connects to it.</summary>
    public static bool IsServed(ComponentSpec spec) =>
        Flags.Any(flag => IsSet(spec, flag)) || (spec is GraphdSpec && IsSet(spec, "enable_graph_ssl"));

    static string? Inconsistency((string Name, ComponentSpec Spec)[] services, string flag)
    {
        var with = services.Where(service => IsSet(service.Spec, flag)).Select(service => service.Name).ToList();
        if (with.Count is 0 or 3) return null;
        var without = services.Select(service => service.Name).Except(with, StringComparer.Ordinal);
        return $"{flag} is set in the config of {string.Join(" and ", with)} and not in that of {string.Join(" and ", without)}: they cannot talk to each other. Set it in all three or in none.";
    }

    static bool IsSet(ComponentSpec spec, string flag) =>
        spec.Config?.GetValueOrDefault(flag)?.ToLowerInvariant() is "true" or "t" or "yes" or "y" or "1";
}
