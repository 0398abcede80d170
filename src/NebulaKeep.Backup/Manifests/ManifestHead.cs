using System.Text.Json;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Manifests;

/// <summary>
/// The part of a manifest before its list of files. The list comes last but for the checksum, so ten thousand backups can be
/// looked at without reading ten thousand lists.
/// </summary>
static class ManifestHead
{
    const int FirstBuffer = 64 * 1024;

    /// <summary>Reads as much of a manifest as its head takes; a manifest that is shorter than the buffer is read whole.</summary>
    /// <exception cref="ManifestException">It is damaged, of a newer format, breaks a rule, or its head is larger than a manifest may be.</exception>
    public static async Task<BackupManifest> ReadAsync(Stream content, BackupName name, CancellationToken cancellationToken)
    {
        var buffer = new byte[FirstBuffer];
        for (var length = 0; ;)
        {
            length += await content.ReadAtLeastAsync(buffer.AsMemory(length), buffer.Length - length, throwOnEndOfStream: false, cancellationToken);
            if (length < buffer.Length) return WithoutFiles(ManifestJson.Parse(buffer.AsSpan(0, length), name));
            if (ManifestJson.ParseHead(buffer, name) is { } head) return head;
            if (buffer.Length >= ManifestJson.MaxBytes) throw new ManifestException($"The manifest of {name} describes its cluster with more than {ManifestJson.MaxBytes} bytes. It is not one that this program wrote.");
            Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    /// <summary>Bytes before the name of the field that lists the files; -1 where the beginning does not reach that far.</summary>
    /// <exception cref="ManifestException">The beginning is no JSON.</exception>
    public static int LengthIn(ReadOnlySpan<byte> beginning, BackupName name)
    {
        try
        {
            var reader = new Utf8JsonReader(beginning, isFinalBlock: false, default);
            while (reader.Read())
                if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && (reader.ValueTextEquals("files"u8) || reader.ValueTextEquals("parts"u8)))
                    return (int)reader.TokenStartIndex;
            return -1;
        }
        catch (JsonException e)
        {
            throw new ManifestException($"The manifest of {name} is damaged: {e.Message}", e);
        }
    }

    static BackupManifest WithoutFiles(BackupManifest manifest) => manifest with { Files = null, Parts = null };
}
