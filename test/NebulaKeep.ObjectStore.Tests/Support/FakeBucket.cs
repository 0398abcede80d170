using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace NebulaKeep.ObjectStore.Tests.Support;

/// <summary>What a bucket does when nothing goes wrong: as much of S3 as the store uses.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "Entity tags are MD5 in S3's protocol.")]
sealed class FakeBucket
{
    int uploadCount;

    public ConcurrentDictionary<string, byte[]> Objects { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, ConcurrentDictionary<int, byte[]>> Uploads { get; } = new(StringComparer.Ordinal);

    /// <summary>Entries of one page of a listing.</summary>
    public int PageSize { get; set; } = 1000;

    ConcurrentDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    ConcurrentDictionary<string, string> Marks { get; } = new(StringComparer.Ordinal);

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Objects.Clear();
        Uploads.Clear();
        Tags.Clear();
        Marks.Clear();
    }

    public Task ServeAsync(HttpContext context)
    {
        var key = Uri.UnescapeDataString(context.Request.Path.Value!.TrimStart('/').Split('/', 2).ElementAtOrDefault(1) ?? "");
        var query = context.Request.Query;
        return context.Request.Method switch
        {
            "PUT" when query.ContainsKey("uploadId") => PutPartAsync(context),
            "PUT" => PutAsync(context, key),
            "POST" when query.ContainsKey("uploads") => BeginAsync(context),
            "POST" when query.ContainsKey("uploadId") => CompleteAsync(context, key),
            "POST" when query.ContainsKey("delete") => DeleteAsync(context),
            "GET" when query.ContainsKey("list-type") => ListAsync(context),
            "GET" or "HEAD" => GetAsync(context, key),
            "DELETE" when query.ContainsKey("uploadId") => Done(context, () => Uploads.TryRemove(query["uploadId"]!, out _)),
            "DELETE" => Done(context, () => Objects.TryRemove(key, out _)),
            _ => FakeS3.Error(501, "NotImplemented")(context),
        };
    }

    public static string TagOf(byte[] content) => Convert.ToHexStringLower(MD5.HashData(content));

    async Task PutAsync(HttpContext context, string key)
    {
        var content = await BodyAsync(context);
        if (context.Request.Headers.ContentMD5 != Convert.ToBase64String(MD5.HashData(content))) await FakeS3.Error(400, "BadDigest")(context);
        else if (context.Request.Headers.IfNoneMatch == "*" && !Objects.TryAdd(key, content)) await FakeS3.Error(412, "PreconditionFailed")(context);
        else
        {
            Objects[key] = content;
            Tags[key] = TagOf(content);
            Marks[key] = context.Request.Headers["x-amz-meta-nebulakeep-put"].ToString();
            context.Response.Headers.ETag = $"\"{Tags[key]}\"";
        }
    }

    async Task PutPartAsync(HttpContext context)
    {
        var content = await BodyAsync(context);
        if (context.Request.Headers.ContentMD5 != Convert.ToBase64String(MD5.HashData(content)))
        {
            await FakeS3.Error(400, "BadDigest")(context);
            return;
        }

        Uploads[context.Request.Query["uploadId"]!][int.Parse(context.Request.Query["partNumber"]!, CultureInfo.InvariantCulture)] = content;
        context.Response.Headers.ETag = $"\"{TagOf(content)}\"";
    }

    Task BeginAsync(HttpContext context)
    {
        var id = $"upload-{Interlocked.Increment(ref uploadCount)}";
        Uploads[id] = new ConcurrentDictionary<int, byte[]>();
        return XmlAsync(context, $"<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>");
    }

    async Task CompleteAsync(HttpContext context, string key)
    {
        if (!Uploads.TryRemove(context.Request.Query["uploadId"]!, out var parts))
        {
            await FakeS3.Error(404, "NoSuchUpload")(context);
            return;
        }

        var ordered = parts.OrderBy(part => part.Key).Select(part => part.Value).ToArray();
        Objects[key] = Concat(ordered);
        Tags[key] = $"{Convert.ToHexStringLower(MD5.HashData([.. ordered.SelectMany(part => MD5.HashData(part))]))}-{ordered.Length}";
        await XmlAsync(context, "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>");
    }

    static byte[] Concat(byte[][] parts)
    {
        var whole = new byte[parts.Sum(part => part.Length)];
        var end = 0;
        foreach (var part in parts)
        {
            part.CopyTo(whole, end);
            end += part.Length;
        }

        return whole;
    }

    async Task GetAsync(HttpContext context, string key)
    {
        if (!Objects.TryGetValue(key, out var content))
        {
            await FakeS3.Error(404, "NoSuchKey")(context);
            return;
        }

        context.Response.Headers.ETag = $"\"{Tags.GetValueOrDefault(key) ?? TagOf(content)}\"";
        if (Marks.GetValueOrDefault(key) is { Length: > 0 } mark) context.Response.Headers["x-amz-meta-nebulakeep-put"] = mark;
        if (context.Request.Headers.IfMatch is { Count: > 0 } match && match.ToString().Trim('"') != context.Response.Headers.ETag.ToString().Trim('"'))
        {
            await FakeS3.Error(412, "PreconditionFailed")(context);
            return;
        }

        var (start, end) = RangeOf(context.Request, content.Length);
        if (context.Request.GetTypedHeaders().Range is not null) context.Response.StatusCode = 206;
        context.Response.ContentLength = end - start;
        if (context.Request.Method == "GET") await context.Response.Body.WriteAsync(content.AsMemory(start, end - start));
    }

    // The keys that follow a token, in order; those that share a name up to the delimiter are one entry.
    Task ListAsync(HttpContext context)
    {
        var (prefix, delimiter, after) = (Text("prefix"), Text("delimiter"), Text("continuation-token"));
        var entries = Objects.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => Entry(key, prefix, delimiter)).Distinct()
            .Order(StringComparer.Ordinal).Where(entry => string.CompareOrdinal(entry, after) > 0).ToList();
        var page = entries.Take(Math.Min(PageSize, int.TryParse(Text("max-keys"), CultureInfo.InvariantCulture, out var most) ? most : PageSize)).ToList();
        var more = page.Count < entries.Count;
        var content = page.Select(entry => entry.EndsWith('/') ? $"<CommonPrefixes><Prefix>{entry}</Prefix></CommonPrefixes>" : Contents(entry));
        return XmlAsync(context, $"<ListBucketResult><IsTruncated>{(more ? "true" : "false")}</IsTruncated><KeyCount>{page.Count}</KeyCount>{(more ? $"<NextContinuationToken>{page[^1]}</NextContinuationToken>" : "")}{string.Concat(content)}</ListBucketResult>");

        string Text(string name) => context.Request.Query[name].ToString();
    }

    string Contents(string key) => $"<Contents><Key>{key}</Key><LastModified>2026-11-22T08:00:00.000Z</LastModified><ETag>\"{Tags.GetValueOrDefault(key) ?? TagOf(Objects[key])}\"</ETag><Size>{Objects[key].Length}</Size></Contents>";

    static string Entry(string key, string prefix, string delimiter) =>
        delimiter.Length > 0 && key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal) is >= 0 and var end ? key[..(end + delimiter.Length)] : key;

    async Task DeleteAsync(HttpContext context)
    {
        using var body = new MemoryStream(await BodyAsync(context));
        var asked = XDocument.Load(body);
        var keys = asked.Descendants().Where(element => element.Name.LocalName == "Key").Select(key => key.Value).ToList();
        foreach (var key in keys) Objects.TryRemove(key, out _);
        var quiet = asked.Descendants().Any(element => element.Name.LocalName == "Quiet" && element.Value == "true");
        await XmlAsync(context, $"<DeleteResult>{(quiet ? "" : string.Concat(keys.Select(key => $"<Deleted><Key>{key}</Key></Deleted>")))}</DeleteResult>");
    }

    static (int Start, int End) RangeOf(HttpRequest request, int length) =>
        request.GetTypedHeaders().Range?.Ranges.Single() is { } range ? ((int)range.From!, (int)Math.Min(range.To!.Value + 1, length)) : (0, length);

    static Task Done(HttpContext context, Action action)
    {
        action();
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    static Task XmlAsync(HttpContext context, string xml)
    {
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync(xml);
    }

    static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var copy = new MemoryStream((int)(context.Request.ContentLength ?? 0));
        await context.Request.Body.CopyToAsync(copy);
        return copy.ToArray();
    }
}
