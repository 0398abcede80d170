namespace NebulaKeep.ObjectStore;

/// <summary>The prefix in a bucket below which a store's keys lie.</summary>
/// <param name="path">Without slashes at its ends; empty: the whole bucket.</param>
sealed class KeyRoot(string path)
{
    readonly string prefix = path.Length == 0 ? "" : path + "/";

    /// <summary>The key as the server has it.</summary>
    public string FullKey(string key) => prefix + key;

    /// <summary>Refuses what breaks the rules, and a key that is too long together with the prefix.</summary>
    /// <exception cref="ArgumentException">The message says why.</exception>
    public void Validate(string key)
    {
        ObjectKey.Validate(key);
        ObjectKey.Validate(FullKey(key));
    }

    /// <summary>The key below the root, or null where it is no valid key.</summary>
    public string? RelativeKey(string fullKey)
    {
        if (!fullKey.StartsWith(prefix, StringComparison.Ordinal)) return null;
        var key = fullKey[prefix.Length..];
        return ObjectKey.IsValid(key) ? key : null;
    }
}
