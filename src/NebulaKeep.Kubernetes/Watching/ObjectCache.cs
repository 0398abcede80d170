using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Watching;

/// <summary>Gives the values under which an object is found in an index.</summary>
public delegate IEnumerable<string> Indexer(JsonObject item);

/// <summary>
/// The objects of a kind as the API server last told. They are kept as text, a fraction of what their trees take, and read anew for whoever
/// asks: what is handed out is the caller's own. It may be a moment old; whoever writes gives the version it decided on. Safe for use by many
/// threads.
/// </summary>
public sealed class ObjectCache
{
    readonly Lock gate = new();
    readonly Dictionary<NamespacedName, StoredObject> items = [];
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
        StoredObject? found;
        lock (gate) found = items.GetValueOrDefault(key);
        return found?.Read();
    }

    /// <summary>All objects that there are now, in no order, each read when its turn comes: many of them never exist as trees at a time.</summary>
    public IEnumerable<JsonObject> List()
    {
        StoredObject[] all;
        lock (gate) all = [.. items.Values];
        return all.Select(item => item.Read());
    }

    /// <summary>The objects that an index has under a value.</summary>
    /// <exception cref="KeyNotFoundException">There is no such index.</exception>
    public IReadOnlyList<JsonObject> Find(string index, string value)
    {
        StoredObject[] found;
        lock (gate) found = [.. indexes[index].Keys(value).Select(key => items[key])];
        return [.. found.Select(item => item.Read())];
    }

    /// <summary>How many objects an index has under each of its values.</summary>
    /// <exception cref="KeyNotFoundException">There is no such index.</exception>
    public IReadOnlyDictionary<string, int> CountBy(string index)
    {
        lock (gate) return indexes[index].Counts();
    }

    internal IReadOnlyList<NamespacedName> Keys()
    {
        lock (gate) return [.. items.Keys];
    }

    /// <summary>Puts an object in; returns the one it replaces.</summary>
    internal StoredObject? Set(JsonObject item)
    {
        var (key, now) = (item.Key(), new StoredObject(item));
        lock (gate)
        {
            var old = items.GetValueOrDefault(key);
            items[key] = now;
            Change(key, old, item);
            return old;
        }
    }

    /// <summary>Takes an object out and returns it.</summary>
    internal StoredObject? Remove(NamespacedName key)
    {
        lock (gate)
        {
            if (!items.Remove(key, out var old)) return null;
            Change(key, old, null);
            return old;
        }
    }

    void Change(NamespacedName key, StoredObject? old, JsonObject? now)
    {
        if (indexes.Count == 0) return;
        var before = old?.Read();
        foreach (var index in indexes.Values) index.Change(key, before, now);
    }

    sealed class Index(Indexer indexer)
    {
        readonly Dictionary<string, HashSet<NamespacedName>> keys = [];

        public HashSet<NamespacedName> Keys(string value) => keys.TryGetValue(value, out var found) ? found : [];

        public Dictionary<string, int> Counts() => keys.ToDictionary(pair => pair.Key, pair => pair.Value.Count);

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
