using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters;

/// <summary>
/// What the status says. Ready and its reasons are upstream's (spec/operator-cluster.md §2.10) with reasons of ours; each service has a
/// condition of its own, and so has what does not keep the cluster from working.
/// </summary>
static class ClusterStatus
{
    public const string Update = "Update";
    public const string Suspend = "Suspend";

    /// <summary>Writes down what is to be done before it is begun: the phase is how a restarted operator knows.</summary>
    public static ClusterAction? PhaseFirst(ClusterFacts facts, ClusterObject cluster)
    {
        var phase = StorageScale.Phase(facts, cluster);
        if (phase is StorageScale.Running || cluster.Status.Storaged?.Phase == phase) return null;
        var storaged = Storaged(facts);
        (storaged["phase"], storaged["balancedSpaces"], storaged["lastBalanceJob"]) = (phase, null, null);
        var message = $"The storageds become {cluster.Storaged.Replicas}";
        return new ClusterAction.WriteStatus(Partial(facts, storaged), new UserEvent(false, phase, message));
    }

    /// <summary>A balance job has ended: it is written down, and leaders are spread.</summary>
    public static ClusterAction? JobEnded(ClusterFacts facts, ClusterObject cluster) => StorageScale.Ended(facts, cluster) is not { } ended ? null
        : new ClusterAction.BalanceLeaders([ended.Job.Space], new ClusterAction.WriteStatus(Job(facts, null, ended.IsBalanced ? ended.Job.Space : null)));

    /// <summary>The patch that says which job runs, or that none does, and which space is balanced.</summary>
    public static JsonObject Job(ClusterFacts facts, Daemons.BalanceJob? job, int? balanced)
    {
        var storaged = Storaged(facts);
        storaged.Remove("lastBalanceJob");
        if (job is not null) storaged["lastBalanceJob"] = new JsonObject { ["spaceID"] = job.Space, ["jobID"] = job.Id };
        if (balanced is { } space) storaged["balancedSpaces"] = new JsonArray([.. (storaged["balancedSpaces"] as JsonArray ?? []).Select(known => known?.DeepClone()), JsonValue.Create(space)]);
        return Partial(facts, storaged);
    }

    /// <summary>The stored object fits no cluster.</summary>
    public static ClusterAction Unreadable(ClusterFacts facts, string message)
    {
        var draft = new StatusDraft(facts.Json, facts.Now).Condition("Ready", false, Hold.InvalidSpec, message);
        return Write(draft, News(facts, Hold.InvalidSpec, message, isReady: false)) is { } write ? write : new ClusterAction.Idle();
    }

    /// <summary>The status as it must be now, or idling when it is.</summary>
    public static ClusterAction Next(ClusterFacts facts, ClusterObject cluster, Hold? hold = null)
    {
        var views = cluster.Components.Select(component => new ComponentView(facts, cluster, component)).ToList();
        if (hold is null && !cluster.IsSuspended && NeedsMeta(facts, cluster, views)) return new ClusterAction.AskMeta(StorageScale.JobOf(cluster));
        var ready = ReadyCondition.Of(facts, cluster, views, hold);
        var draft = new StatusDraft(facts.Json, facts.Now);
        foreach (var view in views) draft.Set(view.Component.Name, Component(facts, cluster, view, hold)).Condition(ConditionOf(view), view.IsReady, view.IsReady ? "Ready" : "NotReady", Sentence(view));
        if (facts.Meta?.Version is { } version) draft.Set("version", version);
        SideConditions.Set(draft, facts, cluster, hold);
        draft.Condition("Ready", ready.IsReady, ready.Reason, ready.Message);
        if (Write(draft, News(facts, ready.Reason, ready.Message, ready.IsReady)) is not { } write) return new ClusterAction.Idle(Again(facts, cluster, ready, hold));
        var hasRolled = cluster.Status.Storaged?.Phase is Update && draft.Find("storaged").Text("phase") is StorageScale.Running && cluster.Storaged.Replicas >= 3;
        return hasRolled && facts is { Backup: null, Meta: { } meta } ? new ClusterAction.BalanceLeaders([.. meta.Spaces.Select(space => space.Id)], write) : write;
    }

    /// <summary>A version that is not known, a probe that was made of another spec, or leaders to spread after a rollout.</summary>
    static bool NeedsMeta(ClusterFacts facts, ClusterObject cluster, List<ComponentView> views)
    {
        if (facts.Meta is not null || facts.MetaProblem is not null || !views[0].IsReady) return false;
        var probed = Condition.Find(cluster.Conditions, SideConditions.MutualTls);
        return cluster.Status.Version is null
            || cluster.Status.Metad?.Version != views[0].Version
            || (cluster.Tls.IsOn && probed.Number("observedGeneration") != facts.Json.Generation())
            || (cluster.Status.Storaged?.Phase is Update && views[1].IsReady);
    }

    /// <summary>What nothing tells is looked for again.</summary>
    static TimeSpan? Again(ClusterFacts facts, ClusterObject cluster, (bool IsReady, string Reason, string Message) ready, Hold? hold)
    {
        if (hold is not null || (cluster.IsSuspended && Suspension.IsDone(facts, cluster))) return null;
        if (facts.FixedClaims.Count > 0) return TimeSpan.FromMinutes(10);
        return ready.IsReady && facts.MetaProblem is null ? null : ClusterMachine.Poll;
    }

    static JsonObject Component(ClusterFacts facts, ClusterObject cluster, ComponentView view, Hold? hold)
    {
        var (component, name) = (view.Component, view.Component.Name);
        var status = facts.Json.At("status", name)?.DeepClone() as JsonObject ?? [];
        if (view.Version is { } version) status["version"] = version;
        status["workload"] = view.Workload;
        status["volume"] = VolumePlan.Status(facts, component);
        status["phase"] = cluster.IsSuspended ? Suspend : view.IsUpdating ? Update : StorageScale.Running;
        if (component.IsStoraged && !cluster.IsSuspended && hold is null) Storage(facts, cluster, view, status);
        return Without(status);
    }

    static void Storage(ClusterFacts facts, ClusterObject cluster, ComponentView view, JsonObject status)
    {
        var phase = StorageScale.Phase(facts, cluster);
        if (phase is not StorageScale.Running || !view.IsUpdating) status["phase"] = phase;
        if (phase is StorageScale.Running) (status["balancedSpaces"], status["lastBalanceJob"]) = (null, null);
        if (facts.Meta is null || !StorageScale.AreRegistered(facts, cluster, cluster.Storaged.Replicas)) return;
        (status["hostsAdded"], status["registeredReplicas"]) = (true, cluster.Storaged.Replicas);
    }

    static string ConditionOf(ComponentView view) => $"{char.ToUpperInvariant(view.Component.Name[0])}{view.Component.Name[1..]}Ready";

    static string Sentence(ComponentView view) => view.IsReady ? $"All {view.Component.Replicas} pods are ready" : Capital(view.WhyNotReady());

    static string Capital(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..]}";

    static UserEvent? News(ClusterFacts facts, string reason, string message, bool isReady)
    {
        var old = Condition.Find(facts.Json.At("status", "conditions"), "Ready").Text("reason");
        if (old == reason || (old is null && !isReady && reason is ReadyCondition.InProgress)) return null;
        return new UserEvent(!isReady && reason is not (ReadyCondition.InProgress or ReadyCondition.Suspended), reason, message);
    }

    static JsonObject Storaged(ClusterFacts facts) => facts.Json.At("status", "storaged")?.DeepClone() as JsonObject ?? [];

    /// <summary>Without the fields that are null.</summary>
    static JsonObject Without(JsonObject status)
    {
        foreach (var field in status.Where(field => field.Value is null).Select(field => field.Key).ToList()) status.Remove(field);
        return status;
    }

    /// <summary>A patch of the storageds' status alone. It does not claim to speak of the present spec: what it says of readiness is older.</summary>
    static JsonObject Partial(ClusterFacts facts, JsonObject storaged)
    {
        var patch = new StatusDraft(facts.Json, facts.Now).Set("storaged", Without(storaged)).ToPatch() ?? [];
        (patch["status"] as JsonObject)?.Remove("observedGeneration");
        return patch;
    }

    static ClusterAction.WriteStatus? Write(StatusDraft draft, UserEvent? happened) =>
        draft.ToPatch() is { } patch ? new ClusterAction.WriteStatus(patch, happened) : null;
}
