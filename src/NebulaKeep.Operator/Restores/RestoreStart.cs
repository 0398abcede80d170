using System.Text.Json.Nodes;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Restores.Pulls;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Backups;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Clusters.Desired;
using NebulaKeep.Operator.Restores.Desired;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Restores;

/// <summary>Up to the new cluster and its plan: what is missing is said in the status and waited for; nothing of it is final.</summary>
static class RestoreStart
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);

    /// <summary>What comes after the look at the backup costs its manifest and a listing each time; an edit of the object is seen at once.</summary>
    static readonly TimeSpan PollOfStore = TimeSpan.FromMinutes(5);

    public static RestoreAction Decide(RestoreFacts facts, RestoreObject restore)
    {
        if (RestoreSpecRules.Problem(restore) is { } problem) return RestoreMachine.Invalid(facts, problem);
        if (Finalizers.PatchToAdd(facts.Restore, Labels.RestoreCleanup) is { } patch) return new RestoreAction.PatchObject(patch);
        if (Name(facts, restore) is { } named) return named;
        if (Obstacle(facts, restore) is { } obstacle) return Wait(facts, obstacle);
        if (facts.Secrets is not { } secrets) return new RestoreAction.Ask(RestoreFact.Secrets);
        if (secrets.Reason.Length > 0) return Wait(facts, secrets);
        return Make(facts, restore, Started);
    }

    /// <summary>
    /// The next step to a cluster that knows what to fetch; <paramref name="ready"/> goes on with both. It is gone through again where a plan
    /// that was there is missing.
    /// </summary>
    public static RestoreAction Make(RestoreFacts facts, RestoreObject restore, Func<RestoreFacts, RestoreObject, RestoreAction> ready)
    {
        if (facts is { Target: not null, Plan: not null }) return ready(facts, restore);
        if (facts.BackupProblem is not { } problem) return new RestoreAction.Ask(RestoreFact.Backup);
        if (problem.Reason.Length > 0) return Wait(facts, problem, problem.Reason == RestoreReasons.StoreUnreachable ? Poll : PollOfStore);
        try
        {
            if ((facts.Target ?? Wanted(facts, restore)) is not { } wanted) return Wait(facts, (RestoreReasons.NoClusterSpec, $"Nothing says what the new cluster shall be: the cluster {restore.Source} is gone, and {restore.Config.BackupName} has no record of its spec, because no operator of this release made it. Give one in spec.clusterTemplate."), PollOfStore);
            var cluster = new ClusterObject(wanted, facts.Domain);
            if (Unfit(cluster) is { } unfit) return Wait(facts, unfit, PollOfStore);
            var plan = PullPlanner.Plan(restore.Json.Uid(), facts.Backup!, [.. Daemons(cluster.Metad, DaemonRole.Meta)], [.. Daemons(cluster.Storaged, DaemonRole.Storage)], restore.Config.Concurrency ?? 5);
            if (facts.Target is not null) return new RestoreAction.ApplyPlan(PlanConfigMap.Of(wanted, plan));
            return Settle(facts) ?? new RestoreAction.CreateCluster(wanted);
        }
        catch (RestoreRefusedException refused)
        {
            return Wait(facts, (RestoreReasons.TopologyMismatch, refused.Message), PollOfStore);
        }
        catch (NebulaKeepException unusable)
        {
            return Wait(facts, (RestoreReasons.ClusterSpecInvalid, $"The spec for the new cluster cannot be used: {unusable.Message}"), PollOfStore);
        }
    }

    /// <summary>Before the cluster is made: where it will be, and of what, cannot be edited any more, so that it is always found again.</summary>
    static RestoreAction? Settle(RestoreFacts facts) =>
        RestoreMachine.Write(new StatusDraft(facts.Restore, facts.Now).Set("config", facts.Restore.At("status", "config")?.DeepClone() ?? facts.Restore.At("spec", "config")?.DeepClone()));

    /// <summary>A name of the user's, or one by chance that no cluster has. Once it is settled only one by chance that somebody else took is chosen anew.</summary>
    static RestoreAction? Name(RestoreFacts facts, RestoreObject restore)
    {
        var isTaken = facts.Target is { } other && !restore.Owns(other);
        if (restore.Status.Config is not null && (!isTaken || restore.Spec.RestoredClusterName is not null)) return null;
        var name = restore.Spec.RestoredClusterName ?? (isTaken ? null : restore.Status.ClusterName) ?? facts.NewName;
        if (restore.Status.ClusterName == name && restore.Status.ClusterNamespace == restore.Source.Namespace) return null;
        return RestoreMachine.Write(new StatusDraft(facts.Restore, facts.Now).Set("clusterName", name).Set("clusterNamespace", restore.Source.Namespace).Set("phase", "Pending"));
    }

    static (string Reason, string Message)? Obstacle(RestoreFacts facts, RestoreObject restore)
    {
        if (facts.Target is { } other && !restore.Owns(other))
            return (RestoreReasons.ClusterExists, $"There is a NebulaCluster {other.Key()} already, and a restore makes a new one. Choose another spec.restoredClusterName, or delete that cluster.");
        if (restore.Source.Namespace == restore.Key.Namespace || facts.AllowCrossNamespace) return null;
        if (Abroad(restore) is { } abroad) return (RestoreReasons.CrossNamespaceDenied, $"A NebulaRestore of another namespace than its cluster's cannot have {abroad}: consent to backups is none to run pods of its choice, or to send the owner's credentials elsewhere. Make it in the namespace {restore.Source.Namespace}.");
        if (facts.Source is { } source && ClusterView.TryRead(source, out var cluster) && cluster.Allows(restore.Key.Namespace)) return null;
        return (RestoreReasons.CrossNamespaceDenied, $"The cluster {restore.Source} does not allow restores from the namespace {restore.Key.Namespace}. Its owner allows them with the annotation {Annotations.BackupNamespaces}: {restore.Key.Namespace}. If it is gone, make the NebulaRestore in its namespace.");
    }

    /// <summary>What a guest of a namespace could do harm with; only an operator with --allow-cross-namespace takes it.</summary>
    static string? Abroad(RestoreObject restore) =>
        restore.Spec.ClusterTemplate is not null ? "spec.clusterTemplate"
        : !string.IsNullOrEmpty(restore.Config.S3?.Endpoint ?? restore.Config.Gcs?.Endpoint) ? "an endpoint in spec.config"
        : null;

    /// <summary>The spec of the user, else of the cluster that was backed up, else as the backup recorded it.</summary>
    static JsonObject? Wanted(RestoreFacts facts, RestoreObject restore)
    {
        var spec = restore.Spec.ClusterTemplate
            ?? facts.Source?["spec"] as JsonObject
            ?? (facts.Backup!.ClusterSpec is { } recorded ? JsonNode.Parse(recorded.GetRawText()) as JsonObject : null);
        return spec is null ? null : RestoredCluster.Of(restore, restore.Target!.Value, spec, facts.Domain);
    }

    static (string Reason, string Message)? Unfit(ClusterObject cluster)
    {
        if (cluster.Tls.Problem is { } tls) return (RestoreReasons.ClusterSpecInvalid, tls);
        if (ClusterRules.Problems(cluster) is { Count: > 0 } problems) return (RestoreReasons.ClusterSpecInvalid, string.Join(' ', problems));
        return cluster.Spec.Agent?.Image is { Length: > 0 } image && image != AgentContainer.StandardImage ? null
            : (RestoreReasons.NoAgentImage, "The new cluster's pods fetch their data with NebulaKeep's agent: name its image in spec.agent.image and spec.agent.version of the cluster, or in spec.clusterTemplate.");
    }

    static IEnumerable<Daemon> Daemons(Component component, DaemonRole role) =>
        component.Addresses(component.Replicas).Select(address => new Daemon(role, address, Component.Home, component.DataPaths));

    /// <summary>Records the cluster. From here on the spec is settled, and a cluster that is missing has been deleted by somebody.</summary>
    static RestoreAction Started(RestoreFacts facts, RestoreObject restore)
    {
        var target = facts.Target!;
        var message = $"The cluster {target.Key()} is made from {restore.Config.BackupName}; its pods fetch their data";
        var draft = new StatusDraft(facts.Restore, facts.Now)
            .Condition("Planned", true, RestoreReasons.Started, $"The cluster {target.Key()} and the plan of what its pods fetch are there")
            .Condition("Running", true, RestoreReasons.FetchingMeta, message)
            .Set("phase", "Running")
            .Set("timeStarted", facts.Now.ToKubernetesTime())
            .Set("clusterUid", target.Uid());
        if (restore.Has("Invalid")) draft.Condition("Invalid", false, "Valid", "The spec can be carried out");
        return RestoreMachine.Write(draft, new UserEvent(false, RestoreReasons.Started, message)) ?? new RestoreAction.Idle();
    }

    static RestoreAction Wait(RestoreFacts facts, (string Reason, string Message) obstacle, TimeSpan? again = null) =>
        RestoreMachine.Wait(facts, isRunning: false, obstacle.Reason, obstacle.Message, isWarning: true, again ?? Poll);
}
