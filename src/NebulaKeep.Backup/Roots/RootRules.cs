using NebulaKeep.ObjectStore.Sealed;
using NebulaKeep.ObjectStore.Sealed.Root;

namespace NebulaKeep.Backup.Roots;

/// <summary>What becomes of a root.</summary>
public enum RootAction
{
    /// <summary>It is plain.</summary>
    Plain,

    /// <summary>It is sealed, and opened as it is.</summary>
    Open,

    /// <summary>It is new, and becomes a sealed one.</summary>
    Create,
}

/// <summary>
/// Decides how a root is used. A root is sealed before its first backup or never, and whoever has a key for it never reads or
/// writes it in the clear: who can write to the store could take <c>nebulakeep.json</c> away.
/// </summary>
public static class RootRules
{
    /// <summary>The action, or why there is none.</summary>
    /// <param name="file">What the root says of itself; null: nothing.</param>
    /// <param name="holdsBackups">Something was stored there before.</param>
    /// <param name="wish">What was asked for.</param>
    /// <param name="secret">The kind of key that was given; null: none.</param>
    /// <param name="location">The root, for messages.</param>
    /// <exception cref="RootException">It cannot be used so.</exception>
    public static RootAction Decide(RootFile? file, bool holdsBackups, RootWish wish, KeyMethod? secret, string location) =>
        file is null ? WithoutFile(holdsBackups, wish, secret, location) : WithFile(file, wish, secret, location);

    static RootAction WithoutFile(bool holdsBackups, RootWish wish, KeyMethod? secret, string location)
    {
        if (secret is not null && !wish.Encrypt)
            throw new RootException(RootProblem.NotEncrypted, $"{location} is not encrypted: it has no {RootFile.Key}. Leave the key out to use it as it is, or check the address; a new root is encrypted by --encrypt with its first backup.");
        if (!wish.Seals) return RootAction.Plain;
        if (holdsBackups) throw new RootException(RootProblem.Different, $"{location} has no {RootFile.Key}, so what it holds is plain and stays so. Compression and encryption begin with the first backup of a root: choose another one.");
        if (wish.Encrypt && secret is null) throw Missing($"{location} is to be encrypted", "a key file or passphrase");
        return RootAction.Create;
    }

    static RootAction WithFile(RootFile file, RootWish wish, KeyMethod? secret, string location)
    {
        if (wish.Compression is { } compression && compression != file.Compression)
            throw new RootException(RootProblem.Different, $"{location} was made with --compress {Name(file.Compression)}, for all its backups: leave --compress out, or choose another root.");
        if (file.Encryption is not { } encryption)
        {
            if (wish.Encrypt) throw new RootException(RootProblem.Different, $"{location} was made without encryption, for all its backups: choose another root.");
            return secret is null ? RootAction.Open : throw new RootException(RootProblem.NotEncrypted, $"{location} is compressed and not encrypted. Leave the key out to use it as it is, or check the address.");
        }

        return secret is null ? throw Missing($"{location} is encrypted", Kinds(encryption)) : RootAction.Open;
    }

    /// <summary>What was given opens nothing.</summary>
    public static RootException Wrong(RootEncryption encryption, KeyMethod given, string location) =>
        encryption.Keys.Any(key => key.Method == given)
            ? new(RootProblem.KeyWrong, $"The {Name(given)} is none that opens {location}, or {RootFile.Key} there was changed.")
            : new(RootProblem.KeyWrong, $"{location} is opened by {Kinds(encryption)}; a {Name(given)} was given.");

    /// <summary>As flags write it.</summary>
    public static string Name(ContentCompression compression) => compression == ContentCompression.Zstd ? "zstd" : "none";

    /// <summary>As people say it.</summary>
    public static string Name(KeyMethod method) => method == KeyMethod.KeyFile ? "key file" : "passphrase";

    static string Kinds(RootEncryption encryption) => string.Join(" or ", encryption.Keys.Select(key => key.Method).Distinct().Order().Select(method => $"a {Name(method)}"));

    static RootException Missing(string what, string kinds) => new(RootProblem.KeyMissing, $"{what}, and no key was given. It takes {kinds}: --key-file or NEBULAKEEP_KEY_FILE, --passphrase-file or NEBULAKEEP_PASSPHRASE_FILE.");
}
