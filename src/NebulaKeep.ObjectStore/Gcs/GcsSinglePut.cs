using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using NebulaKeep.Core.Checksums;
using NebulaKeep.ObjectStore.Streams;

namespace NebulaKeep.ObjectStore.Gcs;

/// <summary>Puts an object that fits one request: what is asked of it and its content in two parts, with a CRC-32C that the server checks.</summary>
sealed class GcsSinglePut(GcsConnection connection, GcsVerifier verifier)
{
    /// <summary>Metadata that tells a create-only put of ours from another's, where an answer was lost.</summary>
    public const string Mark = "nebulakeep-put";

    public async Task<StoredObject> PutAsync(string key, Chunk content, PutCondition condition, CancellationToken cancellationToken)
    {
        var crc = Crc32C.Of(content.Bytes.Span);
        var mark = condition == PutCondition.CreateOnly ? Guid.NewGuid().ToString("N") : null;
        var stored = await SendAsync(key, content, crc, mark, cancellationToken);
        return await verifier.ConfirmAsync(key, content.Length, crc, stored, cancellationToken);
    }

    async Task<GcsObject> SendAsync(string key, Chunk content, uint crc, string? mark, CancellationToken cancellationToken)
    {
        var doing = $"Writing '{key}'";
        try
        {
            return await connection.SendAsync(connection.Limits.TimeoutFor(content.Length), () => Request(key, content, crc, mark),
                (answer, token) => GcsConnection.ReadAsync(answer, GcsJson.Default.GcsObject, token), cancellationToken);
        }
        catch (GcsRefusedException error) when (error.Status == HttpStatusCode.PreconditionFailed && mark is not null)
        {
            // The answer to an earlier try may have been lost: then what is there carries our mark.
            var there = await connection.FindAsync(key, cancellationToken);
            if (there?.Metadata?.GetValueOrDefault(Mark) == mark) return there;
            throw Failures.AlreadyExists(connection.Target.Location, key);
        }
        catch (GcsRefusedException error) when (error.Status == HttpStatusCode.NotFound)
        {
            throw connection.NoBucket(doing);
        }
        catch (Exception error) when (GcsConnection.IsOurs(error))
        {
            throw GcsErrors.Translate(error, connection, doing);
        }
    }

    HttpRequestMessage Request(string key, Chunk content, uint crc, string? mark)
    {
        var asked = new GcsNewObject(connection.Target.Keys.FullKey(key), "application/octet-stream", GcsChecksum.Text(crc), mark is null ? null : new() { [Mark] = mark });
        return new HttpRequestMessage(HttpMethod.Post, connection.Target.Uploads(("uploadType", "multipart"), ("fields", GcsObject.Fields), ("ifGenerationMatch", mark is null ? null : "0")))
        {
            Content = new MultipartContent("related") { GcsContent.Json(asked), GcsContent.Bytes(content.Bytes) },
        };
    }
}

/// <summary>Bodies of requests.</summary>
static class GcsContent
{
    public static HttpContent Json(GcsNewObject asked)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(asked, GcsJson.Default.GcsNewObject));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "UTF-8");
        return content;
    }

    /// <param name="bytes">Read while the request is sent.</param>
    public static HttpContent Bytes(ReadOnlyMemory<byte> bytes)
    {
        var content = new ReadOnlyMemoryContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }
}
