using System.Text.Json;
using System.Text.Json.Serialization;

namespace NebulaKeep.ObjectStore.Gcs;

/// <summary>What Google says of an object. Names as in the JSON API (cloud.google.com/storage/docs/json_api/v1/objects).</summary>
sealed record GcsObject
{
    /// <summary>The fields that are asked for.</summary>
    public const string Fields = "name,size,updated,crc32c,generation,metadata";

    public string? Name { get; init; }

    public long Size { get; init; }

    public DateTimeOffset Updated { get; init; }

    public string? Crc32c { get; init; }

    /// <summary>The version; another for each time that the object is written.</summary>
    public long Generation { get; init; }

    public Dictionary<string, string>? Metadata { get; init; }

    /// <summary>
    /// This project's record. The tag is the content's CRC-32C: unlike Google's own it stays the same when the object is copied, and
    /// unlike the MD5 every object has it.
    /// </summary>
    public StoredObject At(string key) => new(key, Size, Updated, GcsChecksum.Parse(Crc32c) is { } crc ? $"crc32c-{crc:x8}" : null);
}

/// <summary>A page of a listing.</summary>
sealed record GcsPage
{
    public IReadOnlyList<GcsObject>? Items { get; init; }

    public IReadOnlyList<string>? Prefixes { get; init; }

    public string? NextPageToken { get; init; }
}

/// <summary>What is asked of a new object.</summary>
sealed record GcsNewObject(string Name, string ContentType, string? Crc32c, Dictionary<string, string>? Metadata);

/// <summary>The body of a refusal.</summary>
sealed record GcsErrorBody
{
    public GcsErrorDetail? Error { get; init; }
}

/// <summary>What a refusal says.</summary>
sealed record GcsErrorDetail
{
    public string? Message { get; init; }

    public IReadOnlyList<GcsErrorReason>? Errors { get; init; }
}

/// <summary>Google's word for a reason, for example <c>rateLimitExceeded</c>.</summary>
sealed record GcsErrorReason
{
    public string? Reason { get; init; }
}

/// <summary>Generated readers and writers. Google writes 64-bit numbers as texts.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.AllowReadingFromString, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GcsObject))]
[JsonSerializable(typeof(GcsPage))]
[JsonSerializable(typeof(GcsNewObject))]
[JsonSerializable(typeof(GcsErrorBody))]
sealed partial class GcsJson : JsonSerializerContext;
