using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Manifests;

/// <summary>
/// Objects that a store must hold, compared with what it lists. Of each only half of its key's SHA-256 and its size are kept, so that
/// a backup of a million files can be looked at by a process that is small.
/// </summary>
sealed class ExpectedObjects
{
    readonly Dictionary<UInt128, long> sizes = [];
    readonly SortedSet<string> folders = new(StringComparer.Ordinal);

    /// <summary>How many the store has not listed so far.</summary>
    public int Missing => sizes.Count;

    /// <summary>Expects an object; the same one may be expected several times.</summary>
    public void Add(string key, long size)
    {
        sizes[Mark(key)] = size;
        folders.Add(key[..(key.IndexOf('/') + 1)]);
    }

    /// <summary>The store has not listed it.</summary>
    public bool IsMissing(string key) => sizes.ContainsKey(Mark(key));

    /// <summary>Lists the store; a sentence for each object that has another size.</summary>
    public async Task<List<string>> LookAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        List<string> wrong = [];
        foreach (var folder in folders)
            await foreach (var found in store.ListAsync(folder, cancellationToken))
                if (sizes.Remove(Mark(found.Key), out var size) && size != found.Size)
                    wrong.Add(StoredObjects.WrongSize(found, size));
        return wrong;
    }

    static UInt128 Mark(string key) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
