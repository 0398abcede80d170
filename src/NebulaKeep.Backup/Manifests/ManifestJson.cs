using System.Text.Json;
using System.Text.Json.Serialization;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Manifests;

/// <summary>Manifests as bytes. The same manifest always gives the same bytes.</summary>
public static class ManifestJson
{
    /// <summary>No manifest.json is larger: file lists beyond <see cref="ManifestWriter.InlineLimit"/> are in parts.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>No line of a part is longer; object keys have at most 1024 bytes.</summary>
    public const int MaxLineBytes = 8 * 1024;

    /// <summary>The document, indented, in UTF-8, ending with its checksum and a line feed.</summary>
    public static byte[] Serialize(BackupManifest manifest) =>
        ManifestSeal.Seal(JsonSerializer.SerializeToUtf8Bytes(manifest, ManifestContext.Default.BackupManifest));

    /// <summary>Reads a document and refuses what a manifest must not hold.</summary>
    /// <param name="json">The bytes of the object.</param>
    /// <param name="expected">The directory it was found in.</param>
    /// <exception cref="ManifestException">The document is damaged, of a newer format, or breaks a rule.</exception>
    public static BackupManifest Parse(ReadOnlySpan<byte> json, BackupName expected)
    {
        if (json.Length > MaxBytes) throw new ManifestException($"The manifest of {expected} has {json.Length} bytes; at most {MaxBytes} are allowed. It is not one that this program wrote.");
        RefuseNewerFormat(json, expected);
        if (!ManifestSeal.Holds(json)) throw new ManifestException($"The manifest of {expected} is damaged: its checksum is not that of its content. It was changed since it was written.");
        var manifest = Deserialize(json, ManifestContext.Default.BackupManifest, $"The manifest of {expected}");
        ManifestRules.Check(manifest, expected);
        return manifest;
    }

    /// <summary>
    /// Reads all but the list of files from the beginning of a document; null where the beginning is too short for that. The
    /// checksum at the document's end is not seen, so this is for lists of backups, not for acting on files.
    /// </summary>
    /// <exception cref="ManifestException">The document is damaged, of a newer format, or breaks a rule.</exception>
    internal static BackupManifest? ParseHead(ReadOnlySpan<byte> beginning, BackupName expected)
    {
        var length = ManifestHead.LengthIn(beginning, expected);
        if (length < 0) return null;
        byte[] head = [.. beginning[..length].TrimEnd(", \n"u8), (byte)'}'];
        RefuseNewerFormat(head, expected);
        var manifest = Deserialize<BackupManifest>(head, ManifestContext.Default.BackupManifest, $"The manifest of {expected}");
        ManifestRules.CheckHead(manifest, expected);
        return manifest;
    }

    /// <summary>One line of a part, without line feed.</summary>
    public static byte[] SerializeLine(ManifestFile file) => JsonSerializer.SerializeToUtf8Bytes(file, ManifestLineContext.Default.ManifestFile);

    /// <summary>Reads one line of a part; the caller checks it against the manifest's rules.</summary>
    /// <exception cref="ManifestException">The line is no file entry.</exception>
    public static ManifestFile ParseLine(ReadOnlySpan<byte> json, string part) => Deserialize(json, ManifestLineContext.Default.ManifestFile, $"A line of {part}");

    // The format is read on its own first: a newer one may have changed anything else.
    static void RefuseNewerFormat(ReadOnlySpan<byte> json, BackupName expected)
    {
        var format = Deserialize(json, ManifestContext.Default.FormatHeader, $"The manifest of {expected}").FormatVersion;
        if (format is >= 1 and <= BackupManifest.CurrentFormat) return;
        throw new ManifestException(format > BackupManifest.CurrentFormat
            ? $"{expected} was written in manifest format {format}; this program knows formats up to {BackupManifest.CurrentFormat}. Use a newer version."
            : $"The manifest of {expected} names format {format}, which does not exist: it is damaged.");
    }

    static T Deserialize<T>(ReadOnlySpan<byte> json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string what)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new ManifestException($"{what} is empty.");
        }
        catch (JsonException e)
        {
            throw new ManifestException($"{what} is damaged: {e.Message}", e);
        }
    }
}

/// <summary>Only the format of a manifest.</summary>
sealed record FormatHeader(int FormatVersion);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    NewLine = "\n",
    MaxDepth = 32,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BackupManifest))]
[JsonSerializable(typeof(FormatHeader))]
sealed partial class ManifestContext : JsonSerializerContext;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    MaxDepth = 4,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ManifestFile))]
sealed partial class ManifestLineContext : JsonSerializerContext;
