using System.Text.Json.Nodes;
using NebulaKeep.Backup.Restores.Pulls;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Resources.Restores;
using NebulaKeep.Operator.Restores.Desired;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Restores;

/// <summary>From the made cluster to the complete restore: metads fetch and take in their tables, then storageds come up, then graphds.</summary>
static class RestoreProgress
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(10);

    public static RestoreAction Decide(RestoreFacts facts, RestoreObject restore)
    {
        if (facts.Target is not { } target || target.Uid() != restore.Status.ClusterUid)
            return RestoreMachine.Fail(facts, RestoreReasons.ClusterDeleted, $"The cluster {restore.Target} was deleted before the restore was complete. Make another NebulaRestore.");
        if (target.IsDeleting()) return new RestoreAction.Idle(Poll);
        if (facts.Plan is null) return RestoreStart.Make(facts, restore, (_, _) => new RestoreAction.Idle(Poll));
        ClusterObject cluster;
        try
        {
            cluster = new ClusterObject(target, facts.Domain);
        }
        catch (NebulaKeepException unreadable)
        {
            return Wait(facts, RestoreReasons.ClusterSpecInvalid, unreadable.Message, isWarning: true);
        }
        if (IsLate(facts, restore)) return RestoreMachine.Fail(facts, RestoreReasons.DeadlineExceeded, $"It was not complete in time. The last state: {LastWords(restore)}");
        if (PullTrouble.Hopeless(facts.Pods) is { } hopeless) return RestoreMachine.Fail(facts, RestoreReasons.FetchFailed, hopeless);
        return !restore.Has("MetadComplete") ? Metads(facts, restore, cluster)
            : !restore.Has("StoragedComplete") ? Storageds(facts, cluster)
            : Whole(facts, restore, cluster);
    }

    static RestoreAction Metads(RestoreFacts facts, RestoreObject restore, ClusterObject cluster)
    {
        if (facts.Restored is { } done) return Took(facts, restore, cluster.Metad.PodName(done));
        if (facts.Announced is { } ordinal && facts.DaemonProblem is null) return Call(facts, restore, cluster, ordinal);
        if (!IsReady(facts, cluster.Metad)) return Wait(facts, RestoreReasons.FetchingMeta, $"The metads of {cluster.Key} fetch their tables and come up{PullTrouble.Of(facts.Pods, cluster.Metad)}");
        var open = Enumerable.Range(0, cluster.Metad.Replicas).Where(number => !restore.MetadOf(cluster.Metad.PodName(number)).IsRestored).ToList();
        if (open.Count == 0) return MetadsComplete(facts, cluster);
        var next = restore.MetadOf(cluster.Metad.PodName(open[0]));
        if (facts.DaemonProblem is { } problem) return Unanswered(facts, cluster, next, problem);
        if (next.Attempts >= facts.Plan!.MetaTries) return RestoreMachine.Fail(facts, RestoreReasons.MetaRestoreFailed, $"{next.Name} was told {next.Attempts} times to take in its tables and did not: {LastWords(restore)}");
        return facts.Greeted == open[0] ? Announce(facts, restore, next, open[0]) : new RestoreAction.Greet(open[0]);
    }

    /// <summary>Counted before the call: if its answer is lost, the next call has other files.</summary>
    static RestoreAction.Announce Announce(RestoreFacts facts, RestoreObject restore, RestoredMetad metad, int ordinal)
    {
        var draft = new StatusDraft(facts.Restore, facts.Now).Set("metads", With(restore, metad with { Attempts = metad.Attempts + 1 }));
        return new RestoreAction.Announce(ordinal, draft.ToPatch()!);
    }

    static RestoreAction.RestoreMeta Call(RestoreFacts facts, RestoreObject restore, ClusterObject cluster, int ordinal)
    {
        var (plan, metad) = (facts.Plan!, restore.MetadOf(cluster.Metad.PodName(ordinal)));
        var hosts = plan.Hosts.Zip(cluster.Storaged.Addresses(plan.Hosts.Count)).Where(pair => pair.First.Length > 0).Select(pair => (HostAddress.Parse(pair.First), pair.Second));
        return new RestoreAction.RestoreMeta(ordinal, PullPlanner.Tables(plan, cluster.Metad.DataPaths[0], metad.Attempts), [.. hosts]);
    }

    static RestoreAction Took(RestoreFacts facts, RestoreObject restore, string pod)
    {
        var message = $"{pod} has taken in its tables";
        var draft = new StatusDraft(facts.Restore, facts.Now)
            .Set("metads", With(restore, restore.MetadOf(pod) with { IsRestored = true }))
            .Condition("Running", true, RestoreReasons.RestoringMeta, message);
        return RestoreMachine.Write(draft, new UserEvent(false, RestoreReasons.RestoringMeta, message)) ?? new RestoreAction.Idle(Poll);
    }

    static RestoreAction MetadsComplete(RestoreFacts facts, ClusterObject cluster)
    {
        var message = $"All {cluster.Metad.Replicas} metads have taken in their tables";
        var draft = new StatusDraft(facts.Restore, facts.Now)
            .Condition("MetadComplete", true, RestoreReasons.MetaRestored, message)
            .Condition("Running", true, RestoreReasons.FetchingData, $"{message}; the storageds fetch their data")
            .Set("phase", "MetadComplete")
            .Set("metaDownload", true);
        return RestoreMachine.Write(draft, new UserEvent(false, RestoreReasons.MetaRestored, message)) ?? new RestoreAction.Idle(Poll);
    }

    static RestoreAction Storageds(RestoreFacts facts, ClusterObject cluster)
    {
        if (!IsReady(facts, cluster.Storaged)) return Wait(facts, RestoreReasons.FetchingData, $"The storageds of {cluster.Key} fetch their data and come up{PullTrouble.Of(facts.Pods, cluster.Storaged)}");
        var message = $"All {cluster.Storaged.Replicas} storageds have their data and are up";
        var draft = new StatusDraft(facts.Restore, facts.Now)
            .Condition("StoragedComplete", true, RestoreReasons.DataFetched, message)
            .Condition("Running", true, RestoreReasons.WaitingForCluster, $"{message}; the rest of the cluster comes up")
            .Set("phase", "StoragedComplete")
            .Set("storageDownload", true);
        return RestoreMachine.Write(draft, new UserEvent(false, RestoreReasons.DataFetched, message)) ?? new RestoreAction.Idle(Poll);
    }

    static RestoreAction Whole(RestoreFacts facts, RestoreObject restore, ClusterObject cluster)
    {
        var ready = Condition.Find(cluster.Conditions, "Ready");
        if (ready.Text("status") != "True" || cluster.Status.ObservedGeneration != cluster.Json.Generation())
            return Wait(facts, RestoreReasons.WaitingForCluster, $"The cluster {cluster.Key} is not ready yet: {ready.Text("message") ?? "its status says nothing yet"}");
        if (facts.DaemonProblem is { } problem) return Wait(facts, problem.Reason, problem.Message, isWarning: true);
        if (facts.MissingLeaders is not { } missing) return new RestoreAction.Ask(RestoreFact.Leaders);
        if (missing.Length > 0) return Wait(facts, RestoreReasons.WaitingForLeaders, $"Not all partitions have leaders: {missing}");
        // From here on nothing fetches any more, whatever becomes of a volume. Then the cluster is let go, and only then the restore is over.
        if (!facts.Plan!.IsComplete) return new RestoreAction.ApplyPlan(PlanConfigMap.Of(cluster.Json, facts.Plan with { IsComplete = true }));
        if (cluster.Json.Annotation(Annotations.Restore) is not null) return new RestoreAction.PatchCluster(WithoutMark(cluster.Json));
        return Complete(facts, restore, cluster);
    }

    static RestoreAction Complete(RestoreFacts facts, RestoreObject restore, ClusterObject cluster)
    {
        var message = $"The cluster {cluster.Key} has the data of {restore.Config.BackupName}";
        var draft = new StatusDraft(facts.Restore, facts.Now)
            .Condition("Complete", true, RestoreReasons.RestoreComplete, message)
            .Condition("Running", false, RestoreReasons.RestoreComplete, message)
            .Set("phase", "Complete")
            .Set("timeCompleted", facts.Now.ToKubernetesTime());
        return RestoreMachine.Write(draft, new UserEvent(false, RestoreReasons.RestoreComplete, message)) ?? new RestoreAction.Idle();
    }

    /// <summary>An answer that did not come is asked for again, with other files; what it said stays in the condition until then.</summary>
    static RestoreAction Unanswered(RestoreFacts facts, ClusterObject cluster, RestoredMetad metad, (string Reason, string Message) problem) =>
        Wait(facts, problem.Reason, $"{metad.Name} cannot be told to take in its tables: {problem.Message}{Names(cluster, problem.Reason)}", isWarning: true);

    static string Names(ClusterObject cluster, string reason) =>
        reason != RestoreReasons.TlsRefused ? "" : $" The server certificates must name the new cluster's pods: *.{cluster.Metad.HeadlessHost} and *.{cluster.Storaged.HeadlessHost}.";

    static bool IsLate(RestoreFacts facts, RestoreObject restore)
    {
        var deadline = restore.Spec.ActiveDeadlineSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : facts.DefaultDeadline;
        return deadline > TimeSpan.Zero && facts.Now - (restore.Status.TimeStarted ?? facts.Now) > deadline;
    }

    static string LastWords(RestoreObject restore) => Condition.Find(restore.Conditions, "Running").Text("message") ?? "it said nothing";

    static bool IsReady(RestoreFacts facts, Component component) =>
        facts.Sets.FirstOrDefault(set => set.Key() == component.Workload) is { } set && new SetView(set, facts.Pods.Where(pod => pod.Label(Labels.Component) == component.Name), component).IsReady;

    static JsonArray With(RestoreObject restore, RestoredMetad metad) =>
        new([.. (restore.Status.Metads ?? []).Where(other => other.Name != metad.Name).Append(metad).OrderBy(one => PodView.OrdinalOf(one.Name)).Select(ResourceJson.Write)]);

    static JsonObject WithoutMark(JsonObject cluster) => new()
    {
        ["metadata"] = new JsonObject { ["resourceVersion"] = cluster.ResourceVersion(), ["annotations"] = new JsonObject { [Annotations.Restore] = null } },
    };

    static RestoreAction Wait(RestoreFacts facts, string reason, string message, bool isWarning = false) =>
        RestoreMachine.Wait(facts, isRunning: true, reason, message, isWarning, Poll);
}
