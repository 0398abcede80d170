using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;

namespace NebulaKeep.Testing.Stores.Gcs;

/// <summary>The calls of the JSON API that clients use: buckets, listings, objects; uploads go to <see cref="GcsUploads"/>.</summary>
sealed class GcsApi(GcsBuckets buckets, GcsUploads uploads)
{
    const string Root = "/storage/v1/b";

    public Task ServeAsync(HttpContext context)
    {
        // Names are one escaped segment: the decoded path would mix them up.
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        foreach (var prefix in new[] { "/resumable/upload", "/upload" })
            if (path.StartsWith(prefix + Root, StringComparison.Ordinal)) return uploads.ServeAsync(context, Uri.UnescapeDataString(path[(prefix + Root).Length..].Split('/')[1]));
        var media = path.StartsWith("/download", StringComparison.Ordinal);
        if (media) path = path["/download".Length..];
        if (!path.StartsWith(Root, StringComparison.Ordinal)) return GcsAnswers.ErrorAsync(context, 404, "notFound", "Not Found");
        var segments = path[Root.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        return segments switch
        {
            [] => BucketsAsync(context),
            [var bucket, ..] when !buckets.Has(bucket) => GcsAnswers.NoBucketAsync(context),
            [var bucket] => GcsAnswers.JsonAsync(context, Bucket(bucket)),
            [var bucket, "storageLayout"] => GcsAnswers.JsonAsync(context, new JsonObject { ["kind"] = "storage#storageLayout", ["bucket"] = bucket, ["location"] = "US", ["locationType"] = "multi-region", ["hierarchicalNamespace"] = new JsonObject { ["enabled"] = false } }),
            [var bucket, "o"] => GcsAnswers.JsonAsync(context, GcsListing.Page(context, bucket, buckets.All(bucket))),
            [var bucket, "o", var name] => ObjectAsync(context, bucket, name, media || context.Request.Query["alt"] == "media"),
            _ => GcsAnswers.ErrorAsync(context, 501, "notImplemented", "The emulator does not know this call."),
        };
    }

    async Task BucketsAsync(HttpContext context)
    {
        if (context.Request.Method == "GET")
        {
            await GcsAnswers.JsonAsync(context, new JsonObject { ["kind"] = "storage#buckets", ["items"] = new JsonArray([.. buckets.Names.Select(name => (JsonNode?)Bucket(name))]) });
            return;
        }

        var name = (await JsonNode.ParseAsync(context.Request.Body))?["name"]?.GetValue<string>() ?? "";
        if (buckets.Create(name)) await GcsAnswers.JsonAsync(context, Bucket(name));
        else await GcsAnswers.ErrorAsync(context, 409, "conflict", "Your previous request to create the named bucket succeeded and you already own it.");
    }

    static JsonObject Bucket(string name) => new()
    {
        ["kind"] = "storage#bucket", ["id"] = name, ["name"] = name, ["location"] = "US", ["locationType"] = "multi-region", ["storageClass"] = "STANDARD", ["metageneration"] = "1",
        ["etag"] = "CAE=", ["timeCreated"] = "2026-01-01T00:00:00.000Z", ["updated"] = "2026-01-01T00:00:00.000Z",
        ["iamConfiguration"] = new JsonObject { ["uniformBucketLevelAccess"] = new JsonObject { ["enabled"] = true } },
    };

    async Task ObjectAsync(HttpContext context, string bucket, string name, bool media)
    {
        var entry = buckets.Find(bucket, name);
        if (entry is null || (context.Request.Query.TryGetValue("generation", out var version) && version != entry.Generation.ToString())) await GcsAnswers.NoObjectAsync(context, bucket, name);
        else if (!GcsAnswers.Holds(context.Request.Query, entry)) await GcsAnswers.ConditionNotMetAsync(context);
        else if (context.Request.Method == "DELETE") await DeleteAsync(context, bucket, entry);
        else if (context.Request.Method != "GET") await GcsAnswers.ErrorAsync(context, 501, "notImplemented", "The emulator does not know this call.");
        else if (media) await ReadAsync(context, entry);
        else await GcsAnswers.JsonAsync(context, GcsAnswers.Describe(context, bucket, entry));
    }

    Task DeleteAsync(HttpContext context, string bucket, GcsEntry entry)
    {
        if (!buckets.Remove(bucket, entry, there => there is not null && GcsAnswers.Holds(context.Request.Query, there))) return GcsAnswers.ConditionNotMetAsync(context);
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    static async Task ReadAsync(HttpContext context, GcsEntry entry)
    {
        var headers = context.Response.Headers;
        headers["X-Goog-Hash"] = $"crc32c={entry.Content.Crc32C},md5={entry.Content.Md5}";
        headers["X-Goog-Generation"] = entry.Generation.ToString();
        headers["X-Goog-Stored-Content-Length"] = entry.Content.Size.ToString();
        headers["X-Goog-Stored-Content-Encoding"] = "identity";
        context.Response.ContentType = entry.ContentType;
        var (start, end) = (0L, entry.Content.Size);
        if (context.Request.GetTypedHeaders().Range?.Ranges.SingleOrDefault() is { } range)
        {
            start = range.From ?? Math.Max(0, end - (range.To ?? 0));
            if (start >= end)
            {
                await GcsAnswers.ErrorAsync(context, 416, "requestedRangeNotSatisfiable", "Request range not satisfiable");
                return;
            }

            if (range is { From: not null, To: { } last }) end = Math.Min(end, last + 1);
            context.Response.StatusCode = 206;
            headers.ContentRange = $"bytes {start}-{end - 1}/{entry.Content.Size}";
        }

        context.Response.ContentLength = end - start;
        if (entry.Content.Bytes is { } bytes) await context.Response.Body.WriteAsync(bytes.AsMemory((int)start, (int)(end - start)));
        else if (end > start) await context.Response.SendFileAsync(entry.Content.File!, start, end - start);
    }
}
