using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Backups;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Tests.Backups;

/// <summary>
/// What is stored around one NebulaBackup, without any server: carries the machine's actions out as the API server and its controllers
/// would, and lets a test play the pod.
/// </summary>
sealed class BackupWorld
{
    public const string BackupName = "BACKUP_2026_11_22_08_05_13";
    const string PodUid = "pod-1";

    int jobs;

    public BackupWorld(string? baseName = null)
    {
        Backup = Parse("""
            {"apiVersion":"apps.nebula-graph.io/v1alpha1","kind":"NebulaBackup",
             "metadata":{"name":"nb","namespace":"graph","uid":"nb-uid","generation":1,"resourceVersion":"1","creationTimestamp":"2026-11-22T08:00:00Z"},
             "spec":{"image":"br","version":"1","config":{"clusterName":"nebula","concurrency":5,"s3":{"bucket":"b","secretName":"keys"}}}}
            """);
        if (baseName is not null) Config["baseBackupName"] = baseName;
        Cluster = Parse("""
            {"apiVersion":"apps.nebula-graph.io/v1alpha1","kind":"NebulaCluster","metadata":{"name":"nebula","namespace":"graph","generation":3},
             "spec":{"enableBR":true,"graphd":{"image":"g"},"metad":{"image":"m","dataVolumeClaim":{}},"storaged":{"image":"s","dataVolumeClaims":[{}]}},
             "status":{"observedGeneration":3,"conditions":[{"type":"Ready","status":"True","reason":"Ready","message":""}]}}
            """);
        Secrets["keys"] = Secret(("access_key", "YQ=="), ("secret_key", "Yg=="));
    }

    public DateTimeOffset Now { get; set; } = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    public JsonObject Backup { get; set; }

    public JsonObject Spec => (JsonObject)Backup["spec"]!;

    public JsonObject Config => (JsonObject)Spec["config"]!;

    public JsonNode? Status => Backup["status"];

    public string? Phase => Status.Text("phase");

    public JsonObject? Cluster { get; set; }

    public JsonObject? Base { get; set; }

    public JsonObject? Job { get; set; }

    public List<JsonObject> Pods { get; set; } = [];

    public JsonObject? CleanJob { get; set; }

    public List<JsonObject> CleanPods { get; set; } = [];

    public Dictionary<string, JsonObject> Secrets { get; } = [];

    public JsonObject? Lease { get; set; }

    public JsonObject? LeaseHolder { get; set; }

    public string Log { get; set; } = "";

    public bool CannotCreate { get; set; }

    public BackupPolicy Policy { get; set; } = new();

    public List<UserEvent> Events { get; } = [];

    public List<BackupAction> Writes { get; } = [];

    public int JobsMade => Writes.OfType<BackupAction.CreateJob>().Count(made => made.Job.Key().Name.StartsWith("backup-", StringComparison.Ordinal));

    public bool IsGone { get; private set; }

    /// <summary>Decides and acts until there is nothing to do; returns the wait that was asked for.</summary>
    public TimeSpan? Run(int most = 50)
    {
        for (var step = 0; step < most; step++)
        {
            if (IsGone) return null;
            var action = Decide();
            if (action is BackupAction.Idle idle) return idle.Again;
            Act(action);
        }
        throw new InvalidOperationException($"No rest after {most} steps; last: {Writes[^1]}");
    }

    /// <summary>The next write, or Idle.</summary>
    public BackupAction Decide()
    {
        var facts = new BackupFacts { Backup = (JsonObject)Backup.DeepClone(), Now = Now, Policy = Policy, Job = Job, Pods = Pods, CleanJob = CleanJob, CleanPods = CleanPods, Cluster = Cluster, Base = Base, CannotCreate = CannotCreate };
        for (var asked = 0; asked < 5; asked++)
        {
            var action = BackupMachine.Decide(facts);
            if (action is not BackupAction.Ask(var fact)) return action;
            facts = fact switch
            {
                BackupFact.Secrets => facts with { Secrets = CheckSecrets() },
                BackupFact.Lock => facts with { Lock = ClusterLock.Judge(Lease, LeaseHolder, Backup, Now) },
                BackupFact.Log => facts with { Log = Log },
                _ => facts with { LogEnd = Log },
            };
        }
        throw new InvalidOperationException("It asks for ever");
    }

    public void Act(BackupAction action)
    {
        Writes.Add(action);
        switch (action)
        {
            case BackupAction.PatchObject(var patch): Patch(patch); break;
            case BackupAction.WriteStatus(var patch, var happened):
                Patch(patch);
                if (happened is not null) Events.Add(happened);
                break;
            case BackupAction.TakeLock: Lease = ClusterLock.Take(Lease, new NamespacedName("graph", "nebula-backup-nebula"), Backup, Cluster, Now); break;
            case BackupAction.ReleaseLock: Lease = ClusterLock.Release(Lease!, Now); break;
            case BackupAction.CreateJob(var job): Store(job); break;
            case BackupAction.DeleteJob(var key, _, _): Remove(key); break;
            case BackupAction.StopJob: ((JsonObject)Job!["spec"]!)["parallelism"] = 0; break;
            default: throw new InvalidOperationException($"{action}");
        }
    }

    public void PodRuns(string log = "")
    {
        Log = log;
        Pods = [Pod(new JsonObject { ["running"] = new JsonObject() })];
    }

    public void PodEnds(int exitCode, string? message, string? reason = null, bool sidecarRuns = false)
    {
        var ended = new JsonObject { ["exitCode"] = exitCode, ["reason"] = reason ?? (exitCode == 0 ? "Completed" : "Error") };
        if (message is not null) ended["message"] = message;
        var pod = Pod(new JsonObject { ["terminated"] = ended });
        if (sidecarRuns) ((JsonArray)pod.At("status", "containerStatuses")!).Add(new JsonObject { ["name"] = "side", ["state"] = new JsonObject { ["running"] = new JsonObject() } });
        Pods = [pod];
    }

    public void JobEnds(string type, string? reason = null) => End(Job!, type, reason);

    public void CleanJobEnds(string type, string? message = null)
    {
        End(CleanJob!, type, type == "Failed" ? "BackoffLimitExceeded" : null);
        CleanPods = [Pod(new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = type == "Complete" ? 0 : 1, ["reason"] = "x", ["message"] = message ?? "" } })];
    }

    /// <summary>br ended well, and the Job controller has seen it.</summary>
    public void Completes(string name = BackupName)
    {
        PodEnds(0, $$"""{"event":"complete","name":"{{name}}","files":7,"bytes":900,"writesBlockedMillis":120}""");
        JobEnds("Complete");
    }

    public void Delete() => Backup.Metadata()["deletionTimestamp"] = Now.ToKubernetesTime();

    public string? Reason(string condition) => Find(condition).Text("reason");

    public string? Message(string condition) => Find(condition).Text("message");

    public bool IsTrue(string condition) => Condition.IsTrue(Status.At("conditions"), condition);

    public static JsonObject Secret(params (string Key, string Value)[] data) =>
        new() { ["data"] = new JsonObject(data.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value))) };

    public static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;

    JsonObject? Find(string condition) => Condition.Find(Status.At("conditions"), condition);

    (string, string) CheckSecrets() => SecretNeed.Of(new BackupObject(Backup), new ClusterView(Cluster!))
        .Select(need => need.Check("graph", Secrets.GetValueOrDefault(need.Name))).FirstOrDefault(problem => problem is not null) ?? ("", "");

    void Patch(JsonObject patch)
    {
        MergePatch.Apply(Backup, patch);
        if (Backup.IsDeleting() && Backup.At("metadata", "finalizers") is JsonArray { Count: 0 }) IsGone = true;
    }

    void Store(JsonObject job)
    {
        job.Metadata()["uid"] = $"job-{++jobs}";
        job.Metadata()["creationTimestamp"] = Now.ToKubernetesTime();
        if (job.Key().Name.StartsWith("clean-", StringComparison.Ordinal)) (CleanJob, CleanPods) = (job, []);
        else (Job, Pods) = (job, []);
    }

    void Remove(NamespacedName key)
    {
        if (key == CleanJob?.Key()) (CleanJob, CleanPods) = (null, []);
        else (Job, Pods) = (null, []);
    }

    static void End(JsonObject job, string type, string? reason) => job["status"] = new JsonObject
    {
        ["conditions"] = new JsonArray(new JsonObject { ["type"] = type, ["status"] = "True", ["reason"] = reason, ["message"] = "as it is" }),
    };

    static JsonObject Pod(JsonObject state) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "pod", ["namespace"] = "graph", ["uid"] = PodUid },
        ["status"] = new JsonObject { ["containerStatuses"] = new JsonArray(new JsonObject { ["name"] = "ng-backup", ["state"] = state }) },
    };
}
