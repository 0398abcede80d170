using System.Text.Json.Serialization;

namespace NebulaKeep.ObjectStore.Sealed.Root;

/// <summary>What <c>nebulakeep.json</c> says of a sealed root (docs/formats/sealed-root.md). It holds no secret.</summary>
public sealed record RootFile
{
    /// <summary>Its key, right in the root.</summary>
    public const string Key = "nebulakeep.json";

    /// <summary>The version that this program writes, and the largest that it reads.</summary>
    public const int Version = 1;

    /// <summary>Of the file.</summary>
    public int FormatVersion { get; init; } = Version;

    /// <summary>Of every object.</summary>
    public required ContentCompression Compression { get; init; }

    /// <summary>Null: objects are not encrypted.</summary>
    public RootEncryption? Encryption { get; init; }
}

/// <summary>How the objects of a root are encrypted.</summary>
public sealed record RootEncryption
{
    /// <summary>The one cipher there is.</summary>
    public const string Aes256Gcm = "AES-256-GCM";

    /// <summary>Its name.</summary>
    public required string Cipher { get; init; }

    /// <summary>Bytes of content in a chunk.</summary>
    public required int ChunkBytes { get; init; }

    /// <summary>The root's key, wrapped once for each key file or passphrase that opens it; at least one.</summary>
    public required IReadOnlyList<WrappedKey> Keys { get; init; }
}

/// <summary>Which kind of secret unwraps a key.</summary>
public enum KeyMethod
{
    /// <summary>A file with 32 random bytes.</summary>
    KeyFile,

    /// <summary>A text that a person chose.</summary>
    Passphrase,
}

/// <summary>The root's key, encrypted for one secret.</summary>
public sealed record WrappedKey
{
    /// <summary>Eight hexadecimal digits, to name it by.</summary>
    public required string Id { get; init; }

    /// <summary>What unwraps it.</summary>
    public required KeyMethod Method { get; init; }

    /// <summary>When it was added, by the clock of who did.</summary>
    public required DateTimeOffset Added { get; init; }

    /// <summary>32 random bytes.</summary>
    public required byte[] Salt { get; init; }

    /// <summary>Rounds of PBKDF2 with HMAC-SHA512; passphrases only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Iterations { get; init; }

    /// <summary>12 random bytes.</summary>
    public required byte[] Nonce { get; init; }

    /// <summary>The 32 bytes of the root's key, encrypted, and a tag of 16.</summary>
    public required byte[] Wrapped { get; init; }
}
