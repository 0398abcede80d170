namespace NebulaKeep.Operator.Clusters;

/// <summary>Fields that upstream's definition has and this operator does not act upon. They are named in a condition: nothing is ignored in silence.</summary>
static class IgnoredFields
{
    public static IEnumerable<string> Of(ClusterObject cluster)
    {
        var spec = cluster.Spec;
        if (spec.EnableAutoFailover == true) yield return "enableAutoFailover";
        if (spec.Exporter is not null) yield return "exporter";
        if (spec.Console is not null) yield return "console";
        if (spec.CoredumpPreservation is not null) yield return "coredumpPreservation";
        if (spec.LogRotate is not null && cluster.Components.All(component => component.Log is null)) yield return "logRotate (there is no log volume)";
        if (spec.Storaged.ConcurrentTransfer == true) yield return "storaged.concurrentTransfer";
        if (spec.Metad.Config?.ContainsKey("zone_list") == true) yield return "metad.config.zone_list (as a flag it is passed on; zones are not managed)";
        foreach (var component in cluster.Components.Where(component => !component.IsGraphd))
        {
            if (component.Service is { } service && (service.Type is not (null or "ClusterIP") || service.ClusterIP is not (null or "None") || service.Selector is { Count: > 0 } || service.PublishNotReadyAddresses == false))
                yield return $"{component.Name}.service beside its annotations (the Service is headless)";
        }
    }
}
