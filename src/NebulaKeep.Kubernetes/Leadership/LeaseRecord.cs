using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Leadership;

/// <summary>What candidates write into the Lease. Another holder's times are for people; nobody compares them with his own clock.</summary>
sealed record LeaseRecord(string Holder, int DurationSeconds, DateTimeOffset? Acquired, DateTimeOffset? Renewed, int Transitions)
{
    public static LeaseRecord Read(JsonObject lease) => new(
        lease.Text("spec", "holderIdentity") ?? "",
        Number(lease, "leaseDurationSeconds"),
        lease.Time("spec", "acquireTime"),
        lease.Time("spec", "renewTime"),
        Number(lease, "leaseTransitions"));

    /// <summary>The Lease that makes us its holder, or renews it; <paramref name="seen"/> is the one read, if any.</summary>
    public static JsonObject Take(JsonObject? seen, LeaderElectionOptions options, DateTimeOffset now)
    {
        var old = seen is null ? null : Read(seen);
        var mine = old?.Holder == options.Identity;
        return Write(seen, options.Lease, new LeaseRecord(
            options.Identity,
            (int)Math.Ceiling(options.LeaseDuration.TotalSeconds),
            mine ? old!.Acquired ?? now : now,
            now,
            old is null ? 0 : old.Transitions + (mine ? 0 : 1)));
    }

    /// <summary>The Lease without a holder: the next candidate need not wait.</summary>
    public static JsonObject Release(JsonObject held, LeaderElectionOptions options, DateTimeOffset now) =>
        Write(held, options.Lease, Read(held) with { Holder = "", DurationSeconds = 1, Renewed = now });

    static JsonObject Write(JsonObject? seen, NamespacedName name, LeaseRecord record)
    {
        var lease = seen is null ? ObjectFields.New(KnownKinds.Lease, name) : (JsonObject)seen.DeepClone();
        lease["spec"] = new JsonObject
        {
            ["holderIdentity"] = record.Holder,
            ["leaseDurationSeconds"] = record.DurationSeconds,
            ["acquireTime"] = record.Acquired?.ToKubernetesMicroTime(),
            ["renewTime"] = record.Renewed?.ToKubernetesMicroTime(),
            ["leaseTransitions"] = record.Transitions,
        };
        return lease;
    }

    static int Number(JsonObject lease, string field) => lease.At("spec", field) is JsonValue value && value.TryGetValue(out int number) ? number : 0;
}
