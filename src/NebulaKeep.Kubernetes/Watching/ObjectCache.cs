using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Watching;

/// <summary>Gives the values under which an object is found in an index.</summary>
public delegate IEnumerable<string> Indexer(JsonObject item);

/// <summary>
/// The objects of a kind as the API server last told. What is handed out is shared: read it, and clone it before changing it. It may be
/// a moment old; whoever writes gives the version it decided on. Safe for use by many threads.
/// </summary>
public sealed class ObjectCache
{
    readonly Lock gate = new();
    readonly Dictionary<NamespacedName, JsonObject> items = [];
    readonly Dictionary<string, Index> indexes = [];

    /// <summary>Makes an empty cache with named indexes.</summary>
    public ObjectCache(IReadOnlyDictionary<string, Indexer> indexers)
    {
        foreach (var (name, indexer) in indexers) indexes.Add(name, new Index(indexer));
    }

    /// <summary>How many objects there are.</summary>
    public int Count
    {
        get { lock (gate) return items.Count; }
    }

    /// <summary>The object of that name, or null.</summary>
    public JsonObject? Find(NamespacedName key)
    {
        lock (gate) return items.GetValueOrDefault(key);
    }

    /// <summary>All objects, in no order.</summary>
    public IReadOnlyList<JsonObject> List()
    {
        lock (gate) return [.. items.Values];
    }

    /// <summary>The objects that an index has under a value.</summary>
    /// <exception cref="KeyNotFoundException">There is no such index.</exception>
    public IReadOnlyList<JsonObject> Find(string index, string value)
    {
        lock (gate) return [.. indexes[index].Keys(value).Select(key => items[key])];
    }

    internal IReadOnlyList<NamespacedName> Keys()
    {
        lock (gate) return [.. items.Keys];
    }

    /// <summary>Puts an object in; returns the one it replaces.</summary>
    internal JsonObject? Set(JsonObject item)
    {
        var key = item.Key();
        lock (gate)
        {
            var old = items.GetValueOrDefault(key);
            items[key] = item;
            foreach (var index in indexes.Values) index.Change(key, old, item);
            return old;
        }
    }

    /// <summary>Takes an object out and returns it.</summary>
    internal JsonObject? Remove(NamespacedName key)
    {
        lock (gate)
        {
            if (!items.Remove(key, out var old)) return null;
            foreach (var index in indexes.Values) index.Change(key, old, null);
            return old;
        }
    }

    sealed class Index(Indexer indexer)
    {
        readonly Dictionary<string, HashSet<NamespacedName>> keys = [];

        public HashSet<NamespacedName> Keys(string value) => keys.TryGetValue(value, out var found) ? found : [];

        public void Change(NamespacedName key, JsonObject? old, JsonObject? now)
        {
            foreach (var value in old is null ? [] : indexer(old)) Remove(value, key);
            foreach (var value in now is null ? [] : indexer(now)) Add(value, key);
        }

        void Add(string value, NamespacedName key)
        {
            if (!keys.TryGetValue(value, out var set)) keys.Add(value, set = []);
            set.Add(key);
        }

        void Remove(string value, NamespacedName key)
        {
            if (!keys.TryGetValue(value, out var set)) return;
            set.Remove(key);
            if (set.Count == 0) keys.Remove(value);
        }
    }
}
