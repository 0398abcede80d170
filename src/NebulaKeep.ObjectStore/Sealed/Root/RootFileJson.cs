using System.Text.Json;
using System.Text.Json.Serialization;

namespace NebulaKeep.ObjectStore.Sealed.Root;

/// <summary>Writes and reads <c>nebulakeep.json</c>. What is read may be hostile: all of it is bounded and checked.</summary>
public static class RootFileJson
{
    /// <summary>The longest file that is read.</summary>
    public const int MaxBytes = 64 << 10;

    /// <summary>The most keys that a root has.</summary>
    public const int MaxKeys = 32;

    /// <summary>UTF-8, indented, a line feed at the end.</summary>
    public static byte[] Serialize(RootFile file) => [.. JsonSerializer.SerializeToUtf8Bytes(file, RootFileContext.Default.RootFile), (byte)'\n'];

    /// <summary>Reads what <see cref="Serialize"/> wrote. Fields that are not known are skipped.</summary>
    /// <param name="bytes">At most <see cref="MaxBytes"/>.</param>
    /// <param name="location">The root, for messages.</param>
    /// <exception cref="RootException">It is damaged, or newer.</exception>
    public static RootFile Parse(ReadOnlySpan<byte> bytes, string location)
    {
        try
        {
            if (JsonSerializer.Deserialize(bytes, RootFileContext.Default.RootVersion) is not { FormatVersion: { } version }) throw Unreadable(location, "it has no formatVersion");
            if (version != RootFile.Version) throw Unreadable(location, $"it is of format {version}, and this program knows {RootFile.Version}; use a newer program");
            var file = JsonSerializer.Deserialize(bytes, RootFileContext.Default.RootFile)!;
            return FaultOf(file) is { } fault ? throw Unreadable(location, fault) : file;
        }
        catch (JsonException e)
        {
            throw Unreadable(location, $"it is damaged: {e.Message}", e);
        }
    }

    static string? FaultOf(RootFile file)
    {
        if (!Enum.IsDefined(file.Compression)) return "it names an unknown compression";
        if (file.Encryption is not { } encryption) return null;
        if (encryption.Cipher != RootEncryption.Aes256Gcm) return $"it names another cipher than {RootEncryption.Aes256Gcm}";
        if (!SealEncryption.IsChunkSize(encryption.ChunkBytes)) return "its chunks have an impossible size";
        if (encryption.Keys is null || encryption.Keys.Count is 0 or > MaxKeys) return $"it has no key, or more than {MaxKeys}";
        return encryption.Keys.Select(FaultOf).FirstOrDefault(fault => fault is not null)
            ?? (encryption.Keys.DistinctBy(key => key.Id).Count() == encryption.Keys.Count ? null : "two keys have one id");
    }

    static string? FaultOf(WrappedKey? key)
    {
        if (key?.Id is not { Length: 8 } id || !id.All(char.IsAsciiHexDigitLower)) return "a key has an impossible id";
        if (!Enum.IsDefined(key.Method)) return $"key {id} is of an unknown kind";
        if (key.Salt?.Length != RootKeys.SaltBytes || key.Nonce?.Length != RootKeys.NonceBytes || key.Wrapped?.Length != RootKeys.WrappedBytes) return $"key {id} has parts of another length";
        return (key.Method, key.Iterations) switch
        {
            (KeyMethod.KeyFile, null) => null,
            (KeyMethod.Passphrase, >= RootKeys.MinIterations and <= RootKeys.MaxIterations) => null,
            _ => $"key {id} has an impossible number of iterations",
        };
    }

    static RootException Unreadable(string location, string why, Exception? inner = null) =>
        new(RootProblem.Unreadable, $"{RootFile.Key} in {location} cannot be used: {why}. Nothing of this root is touched.", inner);
}

/// <summary>What is looked at first.</summary>
sealed record RootVersion(int? FormatVersion);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true, NewLine = "\n", DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 8)]
[JsonSerializable(typeof(RootFile))]
[JsonSerializable(typeof(RootVersion))]
sealed partial class RootFileContext : JsonSerializerContext;
