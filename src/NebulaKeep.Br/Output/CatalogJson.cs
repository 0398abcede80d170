using System.Text.Json.Serialization;
using NebulaKeep.Backup.Catalog;

namespace NebulaKeep.Br.Output;

/// <summary>The catalog as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    NewLine = "\n",
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<CatalogEntry>))]
[JsonSerializable(typeof(BackupDetails))]
sealed partial class CatalogJson : JsonSerializerContext;
