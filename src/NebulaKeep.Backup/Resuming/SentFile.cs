using System.Text.Json;
using System.Text.Json.Serialization;
using NebulaKeep.Backup.Manifests;

namespace NebulaKeep.Backup.Resuming;

/// <summary>A file that the store has confirmed.</summary>
/// <param name="File">Its entry.</param>
/// <param name="ETag">The store's tag; null where it gives none.</param>
sealed record SentFile(ManifestFile File, string? ETag);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    MaxDepth = 4,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentFile))]
sealed partial class SentFileContext : JsonSerializerContext;
