using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace NebulaKeep.Operator.Resources.Clusters;

/// <summary>A Service.</summary>
public record ServiceSpec
{
    /// <summary>ClusterIP, NodePort or LoadBalancer.</summary>
    [AllowedValues("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")]
    public string? Type { get; init; }

    /// <summary>Its annotations.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Further labels of the pods that it leads to.</summary>
    public IReadOnlyDictionary<string, string>? Selector { get; init; }

    /// <summary>Its address, or None.</summary>
    [JsonPropertyName("clusterIP")]
    public string? ClusterIP { get; init; }

    /// <summary>Lead to pods that are not ready, too.</summary>
    public bool? PublishNotReadyAddresses { get; init; }
}

/// <summary>The Service for clients.</summary>
public sealed record GraphdServiceSpec : ServiceSpec
{
    /// <summary>The wanted address of a load balancer.</summary>
    [JsonPropertyName("loadBalancerIP")]
    public string? LoadBalancerIP { get; init; }

    /// <summary>Local keeps the clients' addresses, Cluster spreads over all nodes.</summary>
    [AllowedValues("Cluster", "Local")]
    public string? ExternalTrafficPolicy { get; init; }
}
