using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Leadership;

/// <summary>
/// When this candidate last saw the Lease change. Expiry is judged by our own clock since then, so that clocks may differ by any amount.
/// </summary>
sealed class LeaseObservation(TimeProvider time)
{
    string version = "";
    long since;

    /// <summary>Takes note of the Lease as just read.</summary>
    public void Note(JsonObject lease)
    {
        if (lease.ResourceVersion() == version) return;
        version = lease.ResourceVersion();
        since = time.GetTimestamp();
    }

    /// <summary>True when the candidate may write itself in: nobody holds it, it is its own, or the holder has been silent for too long.</summary>
    public bool MayTake(JsonObject lease, string identity)
    {
        var record = LeaseRecord.Read(lease);
        return record.Holder.Length == 0
            || record.Holder == identity
            || time.GetElapsedTime(since) >= TimeSpan.FromSeconds(record.DurationSeconds);
    }
}
