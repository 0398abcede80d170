using System.Globalization;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources.Clusters;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters;

/// <summary>One of the three kinds of service of a cluster: names, ports and claims as upstream's operator has them (spec/operator-cluster.md §2.1).</summary>
sealed class Component(NamespacedName cluster, string domain, string name, ComponentSpec spec, int standardPort)
{
    /// <summary>Where the daemons are installed in their images.</summary>
    public const string Home = "/usr/local/nebula";

    /// <summary>The HTTP port stands this much above the Thrift port, unless the flags say otherwise.</summary>
    const int HttpOffset = 10000;

    /// <summary>metad, storaged or graphd.</summary>
    public string Name => name;

    public NamespacedName Cluster => cluster;

    public ComponentSpec Spec => spec;

    public int Replicas => spec.Replicas ?? 1;

    /// <summary>The StatefulSet, and the ConfigMap.</summary>
    public NamespacedName Workload => cluster with { Name = $"{cluster.Name}-{name}" };

    public NamespacedName Headless => cluster with { Name = $"{Workload.Name}-headless" };

    /// <summary>The DNS name of the headless Service: all pods, whether ready or not.</summary>
    public string HeadlessHost => $"{Headless.Name}.{cluster.Namespace}.svc.{domain}";

    public string FlagFileName => $"nebula-{name}.conf";

    public int Port => PortOf("port") ?? standardPort;

    public int HttpPort => PortOf("ws_http_port") ?? standardPort + HttpOffset;

    /// <summary>storaged's admin calls; see <see cref="NebulaKeep.Nebula.NebulaProtocol"/>.</summary>
    public int AdminPort => Port - 1;

    public bool IsStoraged => name == "storaged";

    public bool IsMetad => name == "metad";

    public bool IsGraphd => name == "graphd";

    /// <summary>Labels of all its objects; pods are found by them.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Shared.Labels.Name] = Shared.Labels.Product,
        [Shared.Labels.ManagedBy] = Shared.Labels.Operator,
        [Shared.Labels.Cluster] = cluster.Name,
        [Shared.Labels.Component] = name,
    };

    public StorageClaim? Log => spec switch
    {
        MetadSpec metad => metad.LogVolumeClaim,
        StoragedSpec storaged => storaged.LogVolumeClaim,
        GraphdSpec graphd => graphd.LogVolumeClaim,
        _ => null,
    };

    public ServiceSpec? Service => spec switch
    {
        MetadSpec metad => metad.Service,
        StoragedSpec storaged => storaged.Service,
        GraphdSpec graphd => graphd.Service,
        _ => null,
    };

    /// <summary>The volume for logs, where one is wanted.</summary>
    public string LogVolume => $"{name}-log";

    /// <summary>Data volumes; none for graphd.</summary>
    public IReadOnlyList<VolumeClaim> Data => spec switch
    {
        MetadSpec metad => [new VolumeClaim("metad-data", $"{Home}/data", metad.DataVolumeClaim)],
        StoragedSpec storaged => [.. storaged.DataVolumeClaims.Select((claim, i) => new VolumeClaim($"storaged-data{Suffix("-", i)}", $"{Home}/data{Suffix("", i)}", claim))],
        _ => [],
    };

    /// <summary>Data volumes, and the one for logs.</summary>
    public IReadOnlyList<VolumeClaim> Claims => Log is { } log ? [.. Data, new VolumeClaim(LogVolume, $"{Home}/logs", log)] : Data;

    /// <summary>Where the daemon keeps its data, absolute, in its own order; none for graphd.</summary>
    public IReadOnlyList<string> DataPaths =>
        IsGraphd ? []
        : IsStoraged && Data.Count > 1 ? [.. Data.Select(claim => $"{claim.Path}/storage")]
        : [.. (spec.Config?.GetValueOrDefault("data_path") ?? (IsMetad ? "data/meta" : "data/storage")).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(path => path.StartsWith('/') ? path : $"{Home}/{path}")];

    public string PodName(int ordinal) => string.Create(CultureInfo.InvariantCulture, $"{Workload.Name}-{ordinal}");

    /// <summary>A pod's stable DNS name: what the daemon in it calls itself.</summary>
    public string Host(int ordinal) => $"{PodName(ordinal)}.{HeadlessHost}";

    /// <summary>Where each of the first so many pods is reached.</summary>
    public IEnumerable<HostAddress> Addresses(int replicas) => Enumerable.Range(0, replicas).Select(ordinal => new HostAddress(Host(ordinal), Port));

    static string Suffix(string mark, int index) => index == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{mark}{index}");

    int? PortOf(string flag) => int.TryParse(spec.Config?.GetValueOrDefault(flag), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;
}
