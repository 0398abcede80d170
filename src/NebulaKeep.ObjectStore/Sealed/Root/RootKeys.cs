using System.Security.Cryptography;
using System.Text;
using NebulaKeep.Core;

namespace NebulaKeep.ObjectStore.Sealed.Root;

/// <summary>
/// The keys of encrypted roots: one random key encrypts all objects, and is wrapped for each secret that may open it. Wrapping it
/// anew changes who can open the root and touches no object.
/// </summary>
public static class RootKeys
{
    /// <summary>Rounds for new passphrases; OWASP's advice for PBKDF2 with SHA-512 is 210,000 (2023).</summary>
    public const int DefaultIterations = 600_000;

    internal const int MinIterations = 10_000;
    internal const int MaxIterations = 5_000_000;
    internal const int SaltBytes = 32;
    internal const int NonceBytes = 12;
    internal const int WrappedBytes = SealEncryption.KeyBytes + TagBytes;
    const int TagBytes = 16;

    /// <summary>Describes a new root, with a new key where it is to be encrypted.</summary>
    /// <param name="secret">Opens it; null: not encrypted.</param>
    /// <param name="now">When.</param>
    /// <param name="iterations">For a passphrase.</param>
    public static RootFile Create(ContentCompression compression, UnlockSecret? secret, DateTimeOffset now, int iterations = DefaultIterations)
    {
        var plain = new RootFile { Compression = compression };
        if (secret is null) return plain;
        var empty = plain with { Encryption = new RootEncryption { Cipher = RootEncryption.Aes256Gcm, ChunkBytes = SealEncryption.DefaultChunkBytes, Keys = [] } };
        var rootKey = RandomNumberGenerator.GetBytes(SealEncryption.KeyBytes);
        return With(empty, Wrap(empty, rootKey, secret, now, iterations));
    }

    /// <summary>What the secret opens, or null where it opens nothing.</summary>
    /// <param name="file">Of an encrypted root.</param>
    /// <returns>The seal, and the key that was unwrapped.</returns>
    public static OpenedRoot? Open(RootFile file, UnlockSecret secret)
    {
        var encryption = file.Encryption ?? throw new ArgumentException("The root is not encrypted.", nameof(file));
        foreach (var key in encryption.Keys.Where(key => key.Method == secret.Method))
            if (Unwrap(file, key, secret) is { } rootKey)
                return new OpenedRoot(new Seal(file.Compression, new SealEncryption(new Secret(Convert.ToBase64String(rootKey)), encryption.ChunkBytes)), key);
        return null;
    }

    /// <summary>The same root, which another secret opens, too.</summary>
    public static RootFile Add(RootFile file, OpenedRoot opened, UnlockSecret secret, DateTimeOffset now, int iterations = DefaultIterations) =>
        With(file, Wrap(file, Convert.FromBase64String(opened.Seal.Encryption!.RootKey.Reveal()), secret, now, iterations));

    /// <summary>The same root without one of its keys.</summary>
    public static RootFile Remove(RootFile file, string id) =>
        file with { Encryption = file.Encryption! with { Keys = [.. file.Encryption.Keys.Where(key => key.Id != id)] } };

    static RootFile With(RootFile file, WrappedKey key) => file with { Encryption = file.Encryption! with { Keys = [.. file.Encryption.Keys, key] } };

    static WrappedKey Wrap(RootFile file, byte[] rootKey, UnlockSecret secret, DateTimeOffset now, int iterations)
    {
        var key = new WrappedKey
        {
            Id = RandomNumberGenerator.GetHexString(8, lowercase: true),
            Method = secret.Method,
            Added = now,
            Salt = RandomNumberGenerator.GetBytes(SaltBytes),
            Iterations = secret.Method == KeyMethod.Passphrase ? iterations : null,
            Nonce = RandomNumberGenerator.GetBytes(NonceBytes),
            Wrapped = new byte[WrappedBytes],
        };
        using var aes = new AesGcm(secret.WrappingKey(key.Salt, key.Iterations), TagBytes);
        aes.Encrypt(key.Nonce, rootKey, key.Wrapped.AsSpan(0, rootKey.Length), key.Wrapped.AsSpan(rootKey.Length), Bound(file, key));
        return key;
    }

    static byte[]? Unwrap(RootFile file, WrappedKey key, UnlockSecret secret)
    {
        var rootKey = new byte[SealEncryption.KeyBytes];
        try
        {
            using var aes = new AesGcm(secret.WrappingKey(key.Salt, key.Iterations), TagBytes);
            aes.Decrypt(key.Nonce, key.Wrapped.AsSpan(0, rootKey.Length), key.Wrapped.AsSpan(rootKey.Length), rootKey, Bound(file, key));
            return rootKey;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>What else is proven by unwrapping: who can write the file cannot switch compression off, or name other chunks.</summary>
    static byte[] Bound(RootFile file, WrappedKey key) =>
        Encoding.UTF8.GetBytes($"nebulakeep root key {file.FormatVersion}\n{file.Compression}\n{file.Encryption!.Cipher}\n{file.Encryption.ChunkBytes}\n{key.Id}\n{key.Method}\n");
}

/// <summary>An encrypted root that a secret has opened.</summary>
/// <param name="Seal">For its objects.</param>
/// <param name="By">The key that the secret unwrapped.</param>
public sealed record OpenedRoot(Seal Seal, WrappedKey By);
