using System.Text.Json.Nodes;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Clusters.Daemons;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Tests.Clusters;

/// <summary>
/// A cluster in memory: carries decisions out as the reconciler does, and plays the controllers of StatefulSets and volumes. Nothing happens
/// by itself, only by <see cref="Settle"/>.
/// </summary>
sealed class ClusterWorld
{
    const int MostRounds = 400;
    readonly Dictionary<string, JsonObject> objects = [];
    readonly Dictionary<string, JsonObject> pods = [];
    readonly Dictionary<string, JsonObject> claims = [];
    int versions = 1;

    public ClusterWorld(string patch = "spec: {}") => Cluster = ClusterCase.Json(patch);

    public ClusterWorld(JsonObject stored) => Cluster = stored;

    public JsonObject Cluster { get; private set; }

    public bool IsGone { get; private set; }

    /// <summary>The restore that makes it.</summary>
    public Func<JsonObject?> Restore { get; set; } = () => null;

    public IReadOnlyList<JsonObject> Sets => [.. objects.Values.Where(item => item.Text("kind") == "StatefulSet").Select(Clone)];

    public IReadOnlyList<JsonObject> PodObjects => [.. pods.Values.Select(Clone)];

    public FakeDaemons Daemons { get; } = new();

    public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

    /// <summary>The backup that has the cluster.</summary>
    public string? Backup { get; set; }

    /// <summary>Which pods become ready.</summary>
    public Func<JsonObject, bool> Lets { get; set; } = _ => true;

    /// <summary>Why the API server refuses an object, if it does.</summary>
    public Func<JsonObject, string?> Refuses { get; set; } = _ => null;

    public Func<string, string?> RefusesToGrow { get; set; } = _ => null;

    /// <summary>Everything that was done, in order.</summary>
    public List<string> Done { get; } = [];

    public List<UserEvent> Events { get; } = [];

    /// <summary>The most pods that were missing at a time.</summary>
    public int MostMissing { get; set; }

    public IReadOnlyCollection<string> Pods => [.. pods.Keys.Order(StringComparer.Ordinal)];

    public IReadOnlyCollection<string> Claims => [.. claims.Keys.Order(StringComparer.Ordinal)];

    public JsonObject? Set(string component) => objects.GetValueOrDefault($"StatefulSet nebula-{component}");

    public JsonObject Claim(string name) => claims[name];

    public string? Reason(string condition) => Condition.Find(Cluster.At("status", "conditions"), condition).Text("reason");

    public string? Message(string condition) => Condition.Find(Cluster.At("status", "conditions"), condition).Text("message");

    public bool Is(string condition) => Condition.IsTrue(Cluster.At("status", "conditions"), condition);

    public void Patch(string patch)
    {
        MergePatch.Apply(Cluster, (JsonObject)Kubernetes.Yaml.YamlReader.ReadAll(patch)[0]);
        Cluster.Metadata()["generation"] = Cluster.Generation() + 1;
    }

    /// <summary>Somebody else removes the pods of a service.</summary>
    public void Forget(string component) => Remove("StatefulSet", $"nebula-{component}");

    public void Delete() => Cluster.Metadata()["deletionTimestamp"] = "2026-11-25T00:00:00Z";

    /// <summary>Lets everything happen until nothing does any more.</summary>
    public ClusterWorld Settle()
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var changed = Reconcile() | Control();
            if (!changed) return this;
        }
        throw new InvalidOperationException($"It never comes to rest: {string.Join(", ", Done.TakeLast(20))}");
    }

    /// <summary>One reconciliation; false when it did nothing.</summary>
    public bool Reconcile()
    {
        if (IsGone) return false;
        var facts = Facts();
        for (var step = 0; step < MostRounds; step++)
        {
            var action = ClusterMachine.Decide(facts);
            if (action is ClusterAction.Idle) return step > 0 && Done.Count > before;
            if (action is ClusterAction.AskMeta ask) facts = Ask(facts, ask.Job);
            else facts = Do(action, facts);
            if (IsGone) return true;
        }
        throw new InvalidOperationException($"It does the same for ever: {string.Join(", ", Done.TakeLast(5))}");
    }

    int before;

    ClusterFacts Facts()
    {
        before = Done.Count;
        return Read(new ClusterFacts { Json = Cluster, Now = Now, Domain = ClusterCase.Domain, IsLive = true });
    }

    ClusterFacts Read(ClusterFacts facts) => facts with
    {
        Json = Clone(Cluster),
        Restore = Restore(),
        Owned = OwnedObjects.Of(objects.Values.Select(Clone)),
        Pods = [.. pods.Values.Select(Clone)],
        Claims = [.. claims.Values.Select(Clone)],
    };

    ClusterFacts Ask(ClusterFacts facts, BalanceJob? job)
    {
        try
        {
            // It answers from memory: the task is complete.
            return facts with { Meta = Daemons.LookAsync(new ClusterObject(Cluster, ClusterCase.Domain), job, CancellationToken.None).GetAwaiter().GetResult(), MetaProblem = null, Backup = Backup };
        }
        catch (NebulaKeepException problem)
        {
            return facts with { Meta = null, MetaProblem = problem.Message };
        }
    }

    ClusterFacts Do(ClusterAction action, ClusterFacts facts)
    {
        switch (action)
        {
            case ClusterAction.Apply(var item):
                facts = facts with { Sent = new HashSet<string>(facts.Sent) { item.Annotation(Annotations.Applied)! } };
                if (Refuses(item) is { } refusal) return facts with { Refusal = facts.Refusal ?? refusal };
                Apply(item);
                return Read(facts);
            case ClusterAction.Delete(var kind, var key, _, _):
                Note($"delete {kind.Kind} {key.Name}");
                Remove(kind.Kind, key.Name);
                return Read(facts);
            case ClusterAction.GrowClaim(var key, var size):
                if (RefusesToGrow(key.Name) is { } fixedBy) return facts with { FixedClaims = new Dictionary<string, string>(facts.FixedClaims) { [key.Name] = fixedBy } };
                Note($"grow {key.Name} to {size}");
                claims[key.Name]["spec"]!["resources"]!["requests"]!["storage"] = size;
                return Read(facts);
            case ClusterAction.PatchObject(var patch):
                Note("patch cluster");
                MergePatch.Apply(Cluster, patch);
                IsGone = Cluster.IsDeleting() && !Finalizers.Has(Cluster, Labels.ClusterCleanup);
                return Read(facts);
            case ClusterAction.WriteStatus write:
                return Write(write, facts);
            default:
                return AskDaemons(action, facts);
        }
    }

    ClusterFacts Write(ClusterAction.WriteStatus write, ClusterFacts facts)
    {
        Note("status");
        MergePatch.Apply(Cluster, Clone(write.Patch));
        Cluster.Metadata()["resourceVersion"] = $"{++versions}";
        if (write.Event is { } happened) Events.Add(happened);
        return Read(facts);
    }

    ClusterFacts AskDaemons(ClusterAction action, ClusterFacts facts)
    {
        var (cluster, none, again) = (new ClusterObject(Cluster, ClusterCase.Domain), CancellationToken.None, facts with { Meta = null });
        try
        {
            switch (action)
            {
                case ClusterAction.AddHosts(var hosts):
                    Run(Daemons.AddHostsAsync(cluster, hosts, none));
                    return again;
                case ClusterAction.DropHosts(var hosts):
                    Run(Daemons.DropHostsAsync(cluster, hosts, none));
                    return again;
                case ClusterAction.Submit submit:
                    var number = Daemons.SubmitAsync(cluster, submit.Space, submit.Type, submit.Parameters, none).GetAwaiter().GetResult();
                    return Write(new(ClusterStatus.Job(facts, number is { } id ? new BalanceJob(submit.Space, id) : null, number is null ? submit.Space : null)), again);
                case ClusterAction.Recover(var job):
                    Run(Daemons.RecoverAsync(cluster, job, none));
                    return facts with { Meta = facts.Meta! with { Job = JobStatus.RUNNING } };
                case ClusterAction.BalanceLeaders(var spaces, var status):
                    foreach (var space in spaces) Run(Daemons.SubmitAsync(cluster, space, JobType.LEADER_BALANCE, [], none));
                    return Write(status, facts);
                case ClusterAction.MoveLeaders(var storaged):
                    Run(Daemons.MoveLeadersAsync(cluster, storaged, none));
                    return facts with { Led = new HashSet<string>(facts.Led) { storaged.Host.Split('.')[0] } };
                default: throw new InvalidOperationException(action.GetType().Name);
            }
        }
        catch (NebulaKeepException problem)
        {
            return again with { MetaProblem = problem.Message };
        }
    }

    void Apply(JsonObject item)
    {
        var (key, stored) = ($"{item.Text("kind")} {item.Key().Name}", Clone(item));
        Note($"apply {key}");
        var old = objects.GetValueOrDefault(key);
        // What other managers have put in stays.
        foreach (var (name, value) in old?["metadata"]?["annotations"] as JsonObject ?? [])
            if (stored.Annotation(name) is null) stored["metadata"]!["annotations"]![name] = value?.DeepClone();
        if (old?["status"] is { } status) stored["status"] = status.DeepClone();
        stored.Metadata()["uid"] = old?.Uid() ?? Guid.NewGuid().ToString();
        stored.Metadata()["generation"] = (old?.Generation() ?? 0) + 1;
        objects[key] = stored;
    }

    void Remove(string kind, string name)
    {
        if (kind == "Pod") pods.Remove(name);
        else if (kind == "PersistentVolumeClaim") claims.Remove(name);
        else
        {
            objects.Remove($"{kind} {name}");
            foreach (var pod in pods.Keys.Where(pod => pod.StartsWith($"{name}-", StringComparison.Ordinal)).ToList()) pods.Remove(pod);
        }
    }

    /// <summary>The controllers of Kubernetes, one step each; false when nothing changed.</summary>
    bool Control()
    {
        var text = Snapshot();
        foreach (var set in objects.Values.Where(item => item.Text("kind") == "StatefulSet")) Control(set);
        foreach (var claim in claims.Values) claim["status"] = new JsonObject { ["phase"] = "Bound", ["capacity"] = new JsonObject { ["storage"] = claim.At("spec", "resources", "requests", "storage")!.DeepClone() } };
        return Snapshot() != text;
    }

    void Control(JsonObject set)
    {
        var (name, replicas, revision) = (set.Key().Name, (int)set.Number("spec", "replicas")!.Value, Applied.Hash(set.At("spec", "template")!));
        var (current, partition) = (set.Text("status", "currentRevision") ?? revision, (int)set.Number("spec", "updateStrategy", "rollingUpdate", "partition")!.Value);
        foreach (var pod in pods.Keys.Where(pod => pod.StartsWith($"{name}-", StringComparison.Ordinal) && PodView.OrdinalOf(pod) >= replicas).ToList()) pods.Remove(pod);
        for (var ordinal = 0; ordinal < replicas; ordinal++)
            if (!pods.ContainsKey($"{name}-{ordinal}")) Create(set, ordinal, ordinal >= partition ? revision : current);
        Roll(name, replicas, revision, partition);
        var mine = Enumerable.Range(0, replicas).Select(ordinal => pods.GetValueOrDefault($"{name}-{ordinal}")).OfType<JsonObject>().ToList();
        var (updated, ready) = (mine.Count(pod => pod.Label(Labels.Revision) == revision), mine.Count(pod => PodView.Of(pod).IsReady));
        if (updated == replicas && ready == replicas) current = revision;
        set["status"] = new JsonObject { ["observedGeneration"] = set.Generation(), ["replicas"] = mine.Count, ["readyReplicas"] = ready, ["updatedReplicas"] = updated, ["currentRevision"] = current, ["updateRevision"] = revision };
    }

    void Roll(string name, int replicas, string revision, int partition)
    {
        var missing = pods.Values.Count(pod => !PodView.Of(pod).IsReady);
        MostMissing = Math.Max(MostMissing, missing);
        for (var ordinal = replicas - 1; ordinal >= partition; ordinal--)
        {
            if (pods.GetValueOrDefault($"{name}-{ordinal}") is not { } pod) return;
            if (pod.Label(Labels.Revision) != revision)
            {
                Note($"restart {name}-{ordinal}");
                pods.Remove($"{name}-{ordinal}");
                return;
            }
            if (!PodView.Of(pod).IsReady) break;
        }
        foreach (var pod in pods.Values.Where(pod => pod.Key().Name.StartsWith($"{name}-", StringComparison.Ordinal) && Lets(pod)))
            pod["status"] = new JsonObject { ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }) };
    }

    void Create(JsonObject set, int ordinal, string revision)
    {
        var pod = ObjectFields.New(KnownKinds.Pod, new NamespacedName("default", $"{set.Key().Name}-{ordinal}"));
        pod.Metadata()["labels"] = set.At("spec", "template", "metadata", "labels")!.DeepClone();
        pod.Metadata()["labels"]![Labels.Revision] = revision;
        pod.Metadata()["uid"] = Guid.NewGuid().ToString();
        pod["spec"] = set.At("spec", "template", "spec")!.DeepClone();
        pods[pod.Key().Name] = pod;
        foreach (var template in set.Items("spec", "volumeClaimTemplates"))
        {
            var claim = ObjectFields.New(KnownKinds.PersistentVolumeClaim, new NamespacedName("default", $"{template.Text("metadata", "name")}-{pod.Key().Name}"));
            if (claims.ContainsKey(claim.Key().Name)) continue;
            claim.Metadata()["labels"] = template.At("metadata", "labels")!.DeepClone();
            claim["spec"] = template["spec"]!.DeepClone();
            claim["spec"]!["volumeName"] = $"pv-{claim.Key().Name}";
            claims[claim.Key().Name] = claim;
        }
    }

    string Snapshot() => string.Concat(objects.Values.Concat(pods.Values).Concat(claims.Values).Select(item => item.ToJsonString()));

    void Note(string what) => Done.Add(what);

    static void Run(Task task) => task.GetAwaiter().GetResult();

    static JsonObject Clone(JsonObject item) => (JsonObject)item.DeepClone();
}
