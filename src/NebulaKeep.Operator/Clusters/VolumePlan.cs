using System.Globalization;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Clusters;

/// <summary>
/// Volumes grow with the spec. One that cannot grow, or that is bigger than wanted, is said in a condition of its own: the cluster works.
/// Claims of pods that are gone are deleted only where <c>enablePVReclaim</c> says so.
/// </summary>
static class VolumePlan
{
    public static ClusterAction? Next(ClusterFacts facts, ClusterObject cluster) =>
        Wanted(facts, cluster).Select(claim => Grow(facts, claim)).FirstOrDefault(action => action is not null) is { } grow ? grow : Reclaim(facts, cluster);

    /// <summary>What is not as wanted, with a reason for programs and a sentence for people; null when all is.</summary>
    public static (string Reason, string Message)? Problem(ClusterFacts facts, ClusterObject cluster)
    {
        var claims = Wanted(facts, cluster).ToList();
        if (claims.Find(claim => facts.FixedClaims.ContainsKey(claim.Stored.Key().Name)) is { Stored: not null } refused)
            return ("ExpansionRefused", $"The volume {refused.Stored.Key().Name} cannot grow to {refused.Size}: {facts.FixedClaims[refused.Stored.Key().Name]}");
        if (claims.Find(claim => Requested(claim.Stored) > Quantity.Parse(claim.Size)) is { Stored: not null } shrunk)
            return ("ShrinkRefused", $"The volume {shrunk.Stored.Key().Name} has {RequestedText(shrunk.Stored)} and cannot become {shrunk.Size}: volumes only grow.");
        if (claims.Find(claim => Quantity.Parse(Capacity(claim.Stored)) < Requested(claim.Stored)) is { Stored: not null } growing)
            return ("Expanding", $"The volume {growing.Stored.Key().Name} grows from {Capacity(growing.Stored)} to {RequestedText(growing.Stored)}");
        return null;
    }

    /// <summary>The claims of a service as upstream's status has them.</summary>
    public static JsonObject Status(ClusterFacts facts, Component component)
    {
        var volumes = new JsonObject();
        var claims = Of(facts, component, component.Replicas).OrderBy(claim => claim.Stored.Key().Name, StringComparer.Ordinal).ToList();
        foreach (var (stored, _) in claims.Where(claim => claim.Stored.Text("spec", "volumeName") is not null))
        {
            volumes[stored.Key().Name] = new JsonObject { ["volumeName"] = stored.Text("spec", "volumeName") }
                .With("storageClass", stored.Text("spec", "storageClassName")).With("capacity", Capacity(stored));
        }
        return new JsonObject { ["provisionedVolumes"] = volumes, ["provisionedDone"] = claims.TrueForAll(claim => Quantity.Parse(Capacity(claim.Stored)) >= Quantity.Parse(claim.Size)) };
    }

    /// <summary>All claims of a cluster, also those of pods that are gone.</summary>
    public static ClusterAction? DeleteAll(ClusterFacts facts) => facts.Claims.Where(claim => !claim.IsDeleting()).Select(Delete).FirstOrDefault();

    static ClusterAction.GrowClaim? Grow(ClusterFacts facts, (JsonObject Stored, string Size) claim)
    {
        var isSmaller = Requested(claim.Stored) < Quantity.Parse(claim.Size);
        if (!isSmaller || claim.Stored.IsDeleting() || facts.FixedClaims.ContainsKey(claim.Stored.Key().Name)) return null;
        return claim.Stored.Text("status", "phase") == "Bound" ? new ClusterAction.GrowClaim(claim.Stored.Key(), claim.Size) : null;
    }

    static ClusterAction? Reclaim(ClusterFacts facts, ClusterObject cluster)
    {
        if (!cluster.ReclaimsVolumes) return null;
        foreach (var component in cluster.Components)
        {
            if (facts.Owned.StatefulSet(component) is not { } set || set.IsDeleting() || set.Number("status", "replicas") != set.Number("spec", "replicas")) continue;
            var replicas = set.Number("spec", "replicas") ?? 0;
            var left = facts.Claims.FirstOrDefault(claim => !claim.IsDeleting() && IsOf(claim, component) && PodView.OrdinalOf(claim.Key().Name) >= Math.Max(replicas, component.Replicas));
            if (left is not null) return Delete(left);
        }
        return null;
    }

    static ClusterAction Delete(JsonObject claim) => new ClusterAction.Delete(KnownKinds.PersistentVolumeClaim, claim.Key(), claim.Uid());

    static IEnumerable<(JsonObject Stored, string Size)> Wanted(ClusterFacts facts, ClusterObject cluster) =>
        cluster.Components.SelectMany(component => Of(facts, component, component.Replicas));

    static IEnumerable<(JsonObject Stored, string Size)> Of(ClusterFacts facts, Component component, int replicas) =>
        from claim in component.Claims
        from ordinal in Enumerable.Range(0, replicas)
        let name = string.Create(CultureInfo.InvariantCulture, $"{claim.Name}-{component.Workload.Name}-{ordinal}")
        from stored in facts.Claims
        where stored.Key().Name == name
        select (stored, claim.Size!);

    static bool IsOf(JsonObject claim, Component component) => claim.Label(Shared.Labels.Component) == component.Name && claim.Key().Name.Contains($"-{component.Workload.Name}-", StringComparison.Ordinal);

    static string? RequestedText(JsonObject claim) => claim.At("spec", "resources", "requests", "storage")?.ToString();

    static decimal? Requested(JsonObject claim) => Quantity.Parse(RequestedText(claim));

    static string? Capacity(JsonObject claim) => claim.At("status", "capacity", "storage")?.ToString();
}
