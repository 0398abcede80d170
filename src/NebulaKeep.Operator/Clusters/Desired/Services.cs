using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources.Clusters;

namespace NebulaKeep.Operator.Clusters.Desired;

/// <summary>The Services of a cluster (spec/operator-cluster.md §2.3).</summary>
static class Services
{
    /// <summary>Gives each pod its DNS name, also before it is ready: daemons that cannot find each other never become ready.</summary>
    public static JsonObject Headless(ClusterObject cluster, Component component)
    {
        var spec = new JsonObject
        {
            ["clusterIP"] = "None",
            ["publishNotReadyAddresses"] = true,
            ["selector"] = JsonParts.Map(component.Labels),
        };
        return Service(cluster, component, component.Headless, spec);
    }

    /// <summary>What clients connect to: the graphds.</summary>
    public static JsonObject Client(ClusterObject cluster)
    {
        var wanted = cluster.Spec.Graphd.Service ?? new GraphdServiceSpec();
        var selector = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in (wanted.Selector ?? new Dictionary<string, string>(StringComparer.Ordinal)).Concat(cluster.Graphd.Labels)) selector[name] = value;
        var spec = new JsonObject { ["type"] = wanted.Type ?? "ClusterIP", ["selector"] = JsonParts.Map(selector) };
        spec.With("clusterIP", wanted.ClusterIP).With("loadBalancerIP", wanted.LoadBalancerIP).With("externalTrafficPolicy", wanted.ExternalTrafficPolicy);
        if (wanted.PublishNotReadyAddresses == true) spec["publishNotReadyAddresses"] = true;
        return Service(cluster, cluster.Graphd, cluster.ClientService, spec);
    }

    static JsonObject Service(ClusterObject cluster, Component component, NamespacedName key, JsonObject spec)
    {
        var service = ObjectFields.New(KnownKinds.Service, key);
        Owned.Fill(service, cluster, component);
        service.Metadata().WithMap("annotations", component.Service?.Annotations);
        spec.WithList("ports", MainContainer.Ports(component).Select(Port));
        service["spec"] = spec;
        return service;
    }

    static JsonObject Port(JsonObject container) => new()
    {
        ["name"] = container.Text("name"),
        ["port"] = container["containerPort"]!.DeepClone(),
        ["targetPort"] = container["containerPort"]!.DeepClone(),
        ["protocol"] = "TCP",
    };
}
