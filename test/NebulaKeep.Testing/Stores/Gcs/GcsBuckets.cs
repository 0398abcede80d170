using System.Text;

namespace NebulaKeep.Testing.Stores.Gcs;

/// <summary>Buckets with their objects, listed in the order of their names' UTF-8 bytes as Google does.</summary>
public sealed class GcsBuckets
{
    readonly Lock gate = new();
    readonly SortedDictionary<string, SortedDictionary<string, GcsEntry>> buckets = new(StringComparer.Ordinal);
    long generation = 1_700_000_000_000_000;

    /// <summary>By the bytes of UTF-8.</summary>
    public static IComparer<string> Utf8Order { get; } = Comparer<string>.Create((left, right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)));

    /// <summary>Of all buckets.</summary>
    public IReadOnlyList<string> Names
    {
        get { lock (gate) return [.. buckets.Keys]; }
    }

    /// <summary>Makes a bucket; false where there is one.</summary>
    public bool Create(string name)
    {
        lock (gate) return buckets.TryAdd(name, new SortedDictionary<string, GcsEntry>(Utf8Order));
    }

    /// <summary>Whether there is such a bucket.</summary>
    public bool Has(string bucket)
    {
        lock (gate) return buckets.ContainsKey(bucket);
    }

    /// <summary>An object, or null.</summary>
    public GcsEntry? Find(string bucket, string name)
    {
        lock (gate) return buckets.GetValueOrDefault(bucket)?.GetValueOrDefault(name);
    }

    /// <summary>All objects of a bucket, in order.</summary>
    public IReadOnlyList<GcsEntry> All(string bucket)
    {
        lock (gate) return [.. buckets[bucket].Values];
    }

    /// <summary>Puts an object in its place with a new generation, if the condition holds for what is there; null where it does not.</summary>
    public GcsEntry? Put(string bucket, GcsEntry entry, Func<GcsEntry?, bool> condition)
    {
        lock (gate)
        {
            var before = buckets[bucket].GetValueOrDefault(entry.Name);
            if (!condition(before)) return null;
            before?.Content.Delete();
            return buckets[bucket][entry.Name] = entry with { Generation = ++generation, Updated = TimeProvider.System.GetUtcNow() };
        }
    }

    /// <summary>Puts bytes in place, whatever is there: behind the back of all protocols.</summary>
    public GcsEntry Put(string bucket, string name, byte[] bytes) => Put(bucket, new GcsEntry { Name = name, Content = GcsContentData.Of(bytes) }, _ => true)!;

    /// <summary>Removes an object if the condition holds: false where it does not.</summary>
    public bool Remove(string bucket, GcsEntry entry, Func<GcsEntry?, bool> condition)
    {
        lock (gate)
        {
            if (!condition(buckets[bucket].GetValueOrDefault(entry.Name))) return false;
            buckets[bucket].Remove(entry.Name);
            entry.Content.Delete();
            return true;
        }
    }
}
