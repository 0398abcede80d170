using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Backups;

/// <summary>Who has a cluster for a backup. <paramref name="HeldBy"/> names another that must be waited for.</summary>
sealed record LockState(bool IsOurs, string? HeldBy);

/// <summary>
/// One backup of a cluster at a time: a Lease in the cluster's namespace names the NebulaBackup that has it. It is written with
/// compare-and-swap and given back when the backup ends; one whose holder is gone or over is free, so that nothing waits for ever.
/// </summary>
static class ClusterLock
{
    /// <summary>A holder that has taken the cluster and not started within this time has found an obstacle.</summary>
    static readonly TimeSpan StartTime = TimeSpan.FromMinutes(1);

    public static NamespacedName KeyOf(NamespacedName cluster) => cluster with { Name = ObjectNames.Fit($"nebula-backup-{cluster.Name}") };

    /// <summary>The NebulaBackup that holds it, or null.</summary>
    public static (NamespacedName Backup, string Uid)? Holder(JsonObject? lease)
    {
        var parts = lease.Text("spec", "holderIdentity")?.Split('/');
        return parts is { Length: 3 } ? (new NamespacedName(parts[0], parts[1]), parts[2]) : null;
    }

    /// <summary>Judges a Lease. <paramref name="holder"/> is the NebulaBackup that it names, as stored now; null when that is gone.</summary>
    public static LockState Judge(JsonObject? lease, JsonObject? holder, JsonObject backup, DateTimeOffset now)
    {
        if (Holder(lease) is not { } held) return new LockState(false, null);
        if (held.Uid == backup.Uid()) return new LockState(true, null);
        return new LockState(false, IsOver(lease, holder, held.Uid, now) ? null : held.Backup.ToString());
    }

    /// <summary>The Lease with this backup as its holder, to be created or replaced. It goes when the cluster goes.</summary>
    public static JsonObject Take(JsonObject? lease, NamespacedName key, JsonObject backup, JsonObject? cluster, DateTimeOffset now)
    {
        var taken = Set(lease, key, $"{backup.Key()}/{backup.Uid()}", now);
        if (cluster is not null) taken.Metadata()["ownerReferences"] = new JsonArray(OwnerReferences.Controller(cluster));
        return taken;
    }

    /// <summary>The Lease without a holder.</summary>
    public static JsonObject Release(JsonObject lease, DateTimeOffset now) => Set(lease, lease.Key(), "", now);

    static bool IsOver(JsonObject? lease, JsonObject? holder, string uid, DateTimeOffset now)
    {
        if (holder is null || holder.Uid() != uid) return true;
        var conditions = holder.At("status", "conditions");
        var failed = Condition.Find(conditions, "Failed");
        // A cancelled one keeps it until its pod has ended and what it left is removed.
        if (holder.IsDeleting() && failed.Text("reason") == Reasons.Cancelled) return false;
        if (Condition.IsTrue(conditions, "Complete") || failed.Text("status") == "True") return true;
        return holder.Text("status", "jobUid") is null && now - (lease.Time("spec", "renewTime") ?? now) > StartTime;
    }

    static JsonObject Set(JsonObject? lease, NamespacedName key, string holder, DateTimeOffset now)
    {
        var changed = lease?.DeepClone() as JsonObject ?? ObjectFields.New(KnownKinds.Lease, key);
        if (lease is null) changed.Metadata()["labels"] = new JsonObject { [Labels.Name] = Labels.Product, [Labels.ManagedBy] = Labels.Operator, [Labels.Component] = "backup" };
        changed["spec"] = new JsonObject { ["holderIdentity"] = holder, ["renewTime"] = now.ToKubernetesMicroTime() };
        return changed;
    }
}
