using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace NebulaKeep.Testing.Stores.Gcs;

/// <summary>Uploads in one request (<c>multipart</c>) and resumable ones.</summary>
public sealed class GcsUploads(GcsBuckets buckets, string folder)
{
    /// <summary>What is stored of a piece that breaks off is a multiple of this.</summary>
    public const int Unit = 256 << 10;

    readonly ConcurrentDictionary<string, Session> sessions = new(StringComparer.Ordinal);

    /// <summary>How many are under way.</summary>
    public int Count => sessions.Values.Count(session => session.Done is null);

    /// <summary>Forgets all of them, as the server does after a week.</summary>
    public void Forget() => sessions.Clear();

    internal Task ServeAsync(HttpContext context, string bucket)
    {
        if (!buckets.Has(bucket)) return GcsAnswers.NoBucketAsync(context);
        if (context.Request.Query["upload_id"].ToString() is { Length: > 0 } id) return ContinueAsync(context, id);
        return context.Request.Query["uploadType"] == "resumable" ? BeginAsync(context, bucket) : MultipartAsync(context, bucket);
    }

    async Task MultipartAsync(HttpContext context, string bucket)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (MultipartRelated.Parse(body.ToArray(), context.Request.ContentType) is not var (asked, type, content))
        {
            await GcsAnswers.ErrorAsync(context, 400, "invalid", "Malformed multipart body.");
            return;
        }

        asked["contentType"] ??= type;
        await FinishAsync(context, bucket, asked, GcsContentData.Of(content), context.Request.Query);
    }

    async Task BeginAsync(HttpContext context, string bucket)
    {
        var asked = context.Request.ContentLength > 0 ? (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))! : [];
        if (context.Request.Query["name"].ToString() is { Length: > 0 } name) asked["name"] = name;
        if (context.Request.Headers["X-Upload-Content-Type"].ToString() is { Length: > 0 } type) asked["contentType"] ??= type;
        if (!GcsAnswers.Holds(context.Request.Query, buckets.Find(bucket, asked["name"]!.GetValue<string>())))
        {
            await GcsAnswers.ConditionNotMetAsync(context);
            return;
        }

        var id = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        sessions[id] = new Session(bucket, asked, Path.Join(folder, id), context.Request.Query);
        context.Response.Headers["X-GUploader-UploadID"] = id;
        context.Response.Headers.Location = $"{context.Request.Scheme}://{context.Request.Host}{context.Request.Path}{context.Request.QueryString.Add("upload_id", id)}";
    }

    async Task ContinueAsync(HttpContext context, string id)
    {
        if (!sessions.TryGetValue(id, out var session))
        {
            await GcsAnswers.ErrorAsync(context, 404, "notFound", "No such upload");
            return;
        }

        // A client that was cut off asks before the server has seen the cut: it waits for it.
        await session.Busy.WaitAsync(context.RequestAborted);
        try
        {
            if (context.Request.Method == "DELETE") GiveUp(context, id, session);
            else await TakeAsync(context, id, session, PieceRange.Parse(context.Request.Headers.ContentRange.ToString(), context.Request.ContentLength));
        }
        finally
        {
            session.Busy.Release();
        }
    }

    void GiveUp(HttpContext context, string id, Session session)
    {
        sessions.TryRemove(id, out _);
        File.Delete(session.File);
        context.Response.StatusCode = 499;
    }

    async Task TakeAsync(HttpContext context, string id, Session session, PieceRange range)
    {
        if (session.Done is { } done)
        {
            await GcsAnswers.JsonAsync(context, GcsAnswers.Describe(context, session.Bucket, done));
            return;
        }

        if (range.Start > session.Length)
        {
            await GcsAnswers.ErrorAsync(context, 400, "invalid", $"Invalid request. There were {session.Length} bytes stored, and this begins at {range.Start}.");
            return;
        }

        await session.ReceiveAsync(context, range);
        if (range.Total == session.Length) await CompleteAsync(context, session);
        else Resume(context, session);
    }

    static void Resume(HttpContext context, Session session)
    {
        context.Response.StatusCode = 308;
        if (session.Length > 0) context.Response.Headers.Range = $"bytes=0-{session.Length - 1}";
        if (context.Request.Headers["X-GUploader-No-308"] != "yes") return;
        context.Response.StatusCode = 200;
        context.Response.Headers["X-Http-Status-Code-Override"] = "308";
    }

    async Task CompleteAsync(HttpContext context, Session session)
    {
        var crc = context.Request.Headers["X-Goog-Hash"].ToString().Split(',').FirstOrDefault(part => part.StartsWith("crc32c=", StringComparison.Ordinal));
        if (crc is not null) session.Asked["crc32c"] = crc["crc32c=".Length..];
        session.Done = await FinishAsync(context, session.Bucket, session.Asked, await GcsContentData.OfFileAsync(session.File), session.Conditions);
    }

    async Task<GcsEntry?> FinishAsync(HttpContext context, string bucket, JsonObject asked, GcsContentData content, IQueryCollection conditions)
    {
        if (asked["crc32c"] is { } crc && crc.GetValue<string>() != content.Crc32C)
        {
            await GcsAnswers.ErrorAsync(context, 400, "invalid", $"Provided CRC32C \"{crc}\" doesn't match calculated CRC32C \"{content.Crc32C}\".");
            return null;
        }

        var entry = new GcsEntry
        {
            Name = asked["name"]?.GetValue<string>() ?? conditions["name"].ToString(),
            ContentType = asked["contentType"]?.GetValue<string>() ?? "application/octet-stream",
            Metadata = asked["metadata"] is JsonObject metadata ? metadata.ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>()) : new Dictionary<string, string>(),
            Content = content,
        };
        var stored = buckets.Put(bucket, entry, there => GcsAnswers.Holds(conditions, there));
        if (stored is null) await GcsAnswers.ConditionNotMetAsync(context);
        else await GcsAnswers.JsonAsync(context, GcsAnswers.Describe(context, bucket, stored));
        return stored;
    }

    sealed class Session(string bucket, JsonObject asked, string file, IQueryCollection conditions)
    {
        public string Bucket => bucket;

        public JsonObject Asked => asked;

        public string File => file;

        public IQueryCollection Conditions => conditions;

        public long Length { get; private set; }

        public GcsEntry? Done { get; set; }

        public SemaphoreSlim Busy { get; } = new(1);

        /// <summary>Keeps what comes, from the bytes on that are stored already. What breaks off is kept in whole units.</summary>
        public async Task ReceiveAsync(HttpContext context, PieceRange range)
        {
            await using var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write);
            stream.Position = range.Start ?? Length;
            try
            {
                await context.Request.Body.CopyToAsync(stream);
                Length = Math.Max(Length, stream.Position);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException)
            {
                Length = Math.Max(Length, stream.Position / Unit * Unit);
                stream.SetLength(Length);
                throw;
            }
        }
    }
}

/// <summary>A Content-Range of an upload: <c>bytes 0-99/*</c>, <c>bytes 100-149/150</c>, <c>bytes */150</c> or <c>bytes */*</c>.</summary>
/// <param name="Start">Of the bytes that come; null where none do.</param>
/// <param name="Total">The whole length, once it is known.</param>
sealed record PieceRange(long? Start, long? Total)
{
    public static PieceRange Parse(string header, long? contentLength)
    {
        if (header.Length == 0) return new PieceRange(0, contentLength);
        var parts = header["bytes ".Length..].Split('/');
        return new PieceRange(parts[0] == "*" ? null : long.Parse(parts[0].Split('-')[0]), parts[1] == "*" ? null : long.Parse(parts[1]));
    }
}
