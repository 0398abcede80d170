using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Tests.Fakes;

/// <summary>What a fake API server remembers: objects, a version that counts every change, and the changes since the last compaction.</summary>
sealed class FakeStore
{
    readonly Lock gate = new();
    readonly Dictionary<(string Plural, NamespacedName Key), JsonObject> items = [];
    readonly List<(long Version, string Plural, string Type, JsonObject Item)> changes = [];
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long version = 1;
    long compacted;

    public long Version
    {
        get { lock (gate) return version; }
    }

    public JsonObject? Find(string plural, NamespacedName key)
    {
        lock (gate) return items.TryGetValue((plural, key), out var item) ? (JsonObject)item.DeepClone() : null;
    }

    public (IReadOnlyList<JsonObject> Items, long Version) List(string plural)
    {
        lock (gate)
        {
            var found = items.Where(pair => pair.Key.Plural == plural).OrderBy(pair => pair.Key.Key.ToString(), StringComparer.Ordinal);
            return ([.. found.Select(pair => (JsonObject)pair.Value.DeepClone())], version);
        }
    }

    public JsonObject Put(string plural, JsonObject item)
    {
        lock (gate)
        {
            var known = items.TryGetValue((plural, item.Key()), out var old);
            version++;
            item.Metadata()["resourceVersion"] = version.ToString();
            item.Metadata()["uid"] = known ? old!.Uid() : Guid.NewGuid().ToString();
            items[(plural, item.Key())] = item;
            Changed(plural, known ? "MODIFIED" : "ADDED", item);
            return (JsonObject)item.DeepClone();
        }
    }

    public bool Remove(string plural, NamespacedName key)
    {
        lock (gate)
        {
            if (!items.Remove((plural, key), out var old)) return false;
            version++;
            var last = (JsonObject)old.DeepClone();
            last.Metadata()["resourceVersion"] = version.ToString();
            Changed(plural, "DELETED", last);
            return true;
        }
    }

    /// <summary>Forgets all changes so far, as etcd does every five minutes.</summary>
    public void Compact()
    {
        lock (gate)
        {
            compacted = version;
            changes.Clear();
        }
    }

    /// <summary>The changes after a version and a task that is done at the next one; null changes when the version was compacted.</summary>
    public (IReadOnlyList<(long Version, string Type, JsonObject Item)>? Changes, Task Next) Since(string plural, long from)
    {
        lock (gate)
        {
            if (from < compacted) return (null, Task.CompletedTask);
            return ([.. changes.Where(c => c.Plural == plural && c.Version > from).Select(c => (c.Version, c.Type, c.Item))], changed.Task);
        }
    }

    void Changed(string plural, string type, JsonObject item)
    {
        changes.Add((version, plural, type, (JsonObject)item.DeepClone()));
        var done = changed;
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        done.SetResult();
    }
}
