using System.Text.Json;
using System.Text.Json.Nodes;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Restores.Pulls;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Backups;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Restores;
using NebulaKeep.Operator.Restores.Desired;
using NebulaKeep.Operator.Shared;
using NebulaKeep.Operator.Tests.Clusters;

namespace NebulaKeep.Operator.Tests.Restores;

/// <summary>
/// What is stored around one NebulaRestore, without any server: carries the machine's actions out, and lets the machine of clusters make the
/// new cluster beside it. Nothing happens by itself, only by <see cref="Settle"/>.
/// </summary>
sealed class RestoreWorld
{
    public const string BackupName = "BACKUP_2026_11_22_08_05_13";
    const int MostRounds = 200;
    int versions = 1;

    public RestoreWorld(string patch = "spec: {}")
    {
        Restore = (JsonObject)JsonNode.Parse($$$"""
            {"apiVersion":"apps.nebula-graph.io/v1alpha1","kind":"NebulaRestore",
             "metadata":{"name":"nr","namespace":"default","uid":"nr-uid","generation":1,"resourceVersion":"1"},
             "spec":{"config":{"clusterName":"gone","backupName":"{{{BackupName}}}","s3":{"bucket":"b","region":"r","secretName":"keys"} } } }
            """)!;
        MergePatch.Apply(Restore, (JsonObject)Kubernetes.Yaml.YamlReader.ReadAll(patch)[0]);
        Recorded = (JsonObject)ClusterCase.Json("spec: {agent: {image: nebulakeep/nebula-agent, version: v1}}")["spec"]!;
    }

    public JsonObject Restore { get; private set; }

    public bool IsGone { get; private set; }

    public DateTimeOffset Now { get; set; } = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    public bool AllowCrossNamespace { get; set; }

    /// <summary>The spec in the backup; null for none.</summary>
    public JsonObject? Recorded { get; set; }

    public JsonObject? Source { get; set; }

    public (string Reason, string Message) BackupProblem { get; set; } = ("", "");

    public (string Reason, string Message) Secrets { get; set; } = ("", "");

    public int BackupHosts { get; set; } = 3;

    /// <summary>The daemons' problem is one of certificates.</summary>
    public bool IsTlsRefused { get; set; }

    public int BackupZones { get; set; } = 3;

    /// <summary>The new cluster with its machine; null while there is none.</summary>
    public ClusterWorld? Cluster { get; set; }

    public FakeDaemons Daemons { get; } = new();

    public JsonObject? PlanItem { get; set; }

    public Queue<string> Names { get; } = new(["ngbbbb", "ngcccc", "ngdddd"]);

    /// <summary>Which pods of the new cluster become ready.</summary>
    public Func<JsonObject, bool> Lets { get; set; } = _ => true;

    public List<string> Done { get; } = [];

    public List<UserEvent> Events { get; } = [];

    public string? Phase => Restore.Text("status", "phase");

    public PullPlan? Plan => PlanItem is null ? null : PlanConfigMap.Read(PlanItem);

    public string? Reason(string condition) => Condition.Find(Restore.At("status", "conditions"), condition).Text("reason");

    public string? Message(string condition) => Condition.Find(Restore.At("status", "conditions"), condition).Text("message");

    public bool Is(string condition) => Condition.IsTrue(Restore.At("status", "conditions"), condition);

    public void Delete() => Restore.Metadata()["deletionTimestamp"] = "2026-11-25T00:00:00Z";

    /// <summary>Lets everything happen until nothing does any more.</summary>
    public RestoreWorld Settle()
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var before = (Restore.ToJsonString(), Cluster?.Cluster.ToJsonString(), Cluster?.Done.Count, Done.Count);
            Reconcile();
            if (Cluster is { } cluster)
            {
                (cluster.Lets, cluster.Restore) = (Lets, () => Clone(Restore));
                cluster.Settle();
                if (cluster.IsGone) Cluster = null;
            }
            if (before == (Restore.ToJsonString(), Cluster?.Cluster.ToJsonString(), Cluster?.Done.Count, Done.Count)) return this;
        }
        throw new InvalidOperationException($"It never comes to rest: {string.Join(", ", Done.TakeLast(20))}");
    }

    /// <summary>One reconciliation, or its beginning: an operator that dies after so many actions.</summary>
    public void Reconcile(int most = 60)
    {
        if (IsGone) return;
        var facts = Facts();
        for (var step = 0; step < most && !IsGone; step++)
        {
            var action = RestoreMachine.Decide(facts);
            if (action is RestoreAction.Idle) return;
            facts = Do(action, facts);
            if (step == 59) throw new InvalidOperationException($"It does the same for ever: {action}");
        }
    }

    RestoreFacts Facts() => Around(new RestoreFacts { Restore = Clone(Restore), Now = Now, AllowCrossNamespace = AllowCrossNamespace, NewName = Names.Peek(), Source = Source });

    RestoreFacts Around(RestoreFacts facts) => facts with
    {
        Restore = Clone(Restore),
        Target = Cluster is { } cluster && RestoreObject.TargetOf(Restore) == cluster.Cluster.Key() ? Clone(cluster.Cluster) : null,
        Sets = Cluster?.Sets ?? [],
        Pods = Cluster?.PodObjects ?? [],
        Plan = Plan,
    };

    RestoreFacts Do(RestoreAction action, RestoreFacts facts)
    {
        switch (action)
        {
            case RestoreAction.Ask(RestoreFact.Secrets): return facts with { Secrets = Secrets };
            case RestoreAction.Ask(RestoreFact.Backup): return facts with { BackupProblem = BackupProblem, Backup = BackupProblem.Reason.Length == 0 ? Contents() : null };
            case RestoreAction.Ask or RestoreAction.Greet or RestoreAction.RestoreMeta: return AskDaemons(action, facts);
            case RestoreAction.PatchObject(var patch):
                MergePatch.Apply(Restore, Clone(patch));
                IsGone = Restore.IsDeleting() && !Finalizers.Has(Restore, Labels.RestoreCleanup);
                return Note("patch restore", facts);
            case RestoreAction.WriteStatus(var patch, var happened):
                if (happened is not null) Events.Add(happened);
                return Write(patch, facts);
            case RestoreAction.Announce(var ordinal, var patch): return Write(patch, facts) with { Announced = ordinal };
            default: return ChangeCluster(action, facts);
        }
    }

    RestoreFacts ChangeCluster(RestoreAction action, RestoreFacts facts)
    {
        switch (action)
        {
            case RestoreAction.CreateCluster(var made):
                var stored = Clone(made);
                (stored.Metadata()["uid"], stored.Metadata()["generation"], stored.Metadata()["resourceVersion"]) = ("cluster-uid", 1, "1");
                Cluster = new ClusterWorld(stored);
                return Note($"create {made.Key().Name}", facts);
            case RestoreAction.PatchCluster(var patch):
                MergePatch.Apply(Cluster!.Cluster, Clone(patch));
                return Note("patch cluster", facts);
            case RestoreAction.DeleteCluster:
                Cluster!.Delete();
                return Note("delete cluster", facts);
            case RestoreAction.ApplyPlan(var item):
                PlanItem = Clone(item);
                return Note(Plan!.IsComplete ? "plan complete" : "plan", facts);
            default: throw new InvalidOperationException(action.GetType().Name);
        }
    }

    RestoreFacts AskDaemons(RestoreAction action, RestoreFacts facts)
    {
        var cluster = new ClusterObject(facts.Target!, ClusterCase.Domain);
        try
        {
            switch (action)
            {
                case RestoreAction.Greet(var ordinal):
                    Daemons.GreetMetadAsync(cluster, ordinal, CancellationToken.None).GetAwaiter().GetResult();
                    return facts with { Greeted = ordinal };
                case RestoreAction.RestoreMeta(var ordinal, var files, var hosts):
                    Daemons.RestoreMetaAsync(cluster, ordinal, files, hosts, CancellationToken.None).GetAwaiter().GetResult();
                    return facts with { Restored = ordinal };
                default:
                    return facts with { MissingLeaders = Daemons.MissingLeadersAsync(cluster, facts.Plan!.Partitions, CancellationToken.None).GetAwaiter().GetResult() };
            }
        }
        catch (NebulaKeepException problem)
        {
            return facts with { DaemonProblem = (IsTlsRefused ? RestoreReasons.TlsRefused : RestoreReasons.MetaUnreachable, problem.Message) };
        }
    }

    RestoreFacts Write(JsonObject patch, RestoreFacts facts)
    {
        MergePatch.Apply(Restore, Clone(patch));
        Restore.Metadata()["resourceVersion"] = $"{++versions}";
        return Note("status", facts with { Greeted = null, Announced = null, Restored = null });
    }

    RestoreFacts Note(string done, RestoreFacts facts)
    {
        Done.Add(done);
        return Around(facts);
    }

    BackupContents Contents() => Contents(BackupHosts, Recorded, Math.Min(BackupZones, BackupHosts));

    /// <summary>A backup of so many storageds, with a cluster's spec in it.</summary>
    public static BackupContents Contents(int hosts, JsonObject? recorded, int? zones = null) => new()
    {
        Name = Core.BackupName.Parse(BackupName),
        HasManifest = true,
        AllSpaces = true,
        Spaces = [new ManifestSpace(1, "people", 10, 1, "INT64", [.. Enumerable.Range(0, zones ?? hosts).Select(i => $"zone{i}")])],
        Hosts = [.. Enumerable.Range(0, hosts).Select(i => new ManifestHost($"old-{i}:9779", "/usr/local/nebula", ["/usr/local/nebula/data/storage"], [new ManifestCheckpoint(1, "data0", "/usr/local/nebula/data/storage", [])]))],
        ClusterSpec = recorded is null ? null : JsonSerializer.SerializeToElement(recorded),
        Files = [new SourceFile("meta/__spaces__.sst", $"{BackupName}/meta/__spaces__.sst", 1, new string('0', 64))],
    };

    static JsonObject Clone(JsonObject item) => (JsonObject)item.DeepClone();
}
