using System.Net;
using System.Net.Http.Headers;
using NebulaKeep.Core.Checksums;
using NebulaKeep.ObjectStore.Streams;

namespace NebulaKeep.ObjectStore.Gcs;

/// <summary>
/// The content of an object, or a part of it; it goes on with the generation. A whole object is compared with the server's CRC-32C
/// before its last bytes are handed out.
/// </summary>
sealed class GcsReadStream : ResumingReadStream
{
    readonly GcsConnection connection;
    readonly string? version;
    readonly uint? expected;
    HttpResponseMessage answer;
    Stream body;
    Crc32C crc;

    GcsReadStream(GcsConnection connection, ReadPlan plan, HttpResponseMessage answer, Stream body, ByteRange part, bool whole) : base(plan, part)
    {
        (this.connection, this.answer, this.body) = (connection, answer, body);
        version = answer.Headers.TryGetValues("X-Goog-Generation", out var values) ? values.FirstOrDefault() : null;
        expected = whole ? GcsChecksum.FromHeader(answer.Headers) : null;
    }

    protected override Stream Body => body;

    public static async Task<GcsReadStream> OpenAsync(GcsConnection connection, TimeProvider clock, string key, ByteRange? range, CancellationToken cancellationToken)
    {
        var plan = new ReadPlan(key, connection.Target.Location, connection.Target.Server, connection.Limits.Retries, connection.Limits.ReadTimeout, clock);
        if (range is { } asked && !asked.IsInside(long.MaxValue)) throw Failures.OutsideObject(plan.Location, key, asked, 0);
        var first = await GetAsync(connection, plan, range, null, cancellationToken);
        try
        {
            var part = PartOf(plan, range, first);
            return new GcsReadStream(connection, plan, first, await first.Content.ReadAsStreamAsync(cancellationToken), part, range is null);
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }

    protected override bool ShouldRetry(Exception error) => GcsErrors.ShouldRetry(error);

    protected override string Redact(string text) => connection.Redact(text);

    protected override void Check(ReadOnlySpan<byte> read, bool isEnd)
    {
        if (expected is null) return;
        crc.Append(read);
        if (isEnd && crc.Value != expected)
            throw new ObjectStoreException(StoreFailure.ChecksumMismatch, $"The object '{Plan.Key}' in {Plan.Location} arrived with the CRC-32C {crc.Value:x8} where the server says {expected:x8}. Do not use it; read it again and check memory and network.");
    }

    protected override async Task ReopenAsync(ByteRange rest, CancellationToken cancellationToken)
    {
        answer.Dispose();
        if (version is null) throw new ObjectStoreException(StoreFailure.Unavailable, $"Reading '{Plan.Key}' in {Plan.Location} broke off with {rest.Length} bytes missing, and {Plan.Server} does not name versions, so it cannot go on: read it again from the start.");
        answer = await GetAsync(connection, Plan, rest, version, cancellationToken);
        PartOf(Plan, rest, answer);
        body = await answer.Content.ReadAsStreamAsync(cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) answer.Dispose();
        base.Dispose(disposing);
    }

    static ByteRange PartOf(ReadPlan plan, ByteRange? range, HttpResponseMessage answer) =>
        plan.PartOf(range, answer.StatusCode == HttpStatusCode.PartialContent, answer.Content.Headers.ContentLength);

    static async Task<HttpResponseMessage> GetAsync(GcsConnection connection, ReadPlan plan, ByteRange? range, string? version, CancellationToken cancellationToken)
    {
        var doing = $"Reading '{plan.Key}'";
        try
        {
            return await connection.SendAsync(connection.Limits.RequestTimeout, Request, (found, _) => Task.FromResult(found), cancellationToken);
        }
        catch (GcsRefusedException error) when (error.Status is HttpStatusCode.NotFound or HttpStatusCode.PreconditionFailed && version is not null)
        {
            throw plan.Replaced();
        }
        catch (GcsRefusedException error) when (error.Status == HttpStatusCode.NotFound)
        {
            await connection.RequireBucketAsync(doing, cancellationToken);
            throw Failures.NotFound(plan.Location, plan.Key);
        }
        catch (GcsRefusedException error) when (error.Status == HttpStatusCode.RequestedRangeNotSatisfiable && range is { } wrong)
        {
            var there = await connection.FindAsync(plan.Key, cancellationToken);
            throw Failures.OutsideObject(plan.Location, plan.Key, wrong, there?.Size ?? 0);
        }
        catch (Exception error) when (GcsConnection.IsOurs(error))
        {
            throw GcsErrors.Translate(error, connection, doing);
        }

        HttpRequestMessage Request()
        {
            var request = new HttpRequestMessage(HttpMethod.Get, connection.Target.Object(plan.Key, ("alt", "media"), ("ifGenerationMatch", version)));
            if (range is { } part) request.Headers.Range = new RangeHeaderValue(part.Offset, part.Offset + part.Length - 1);
            return request;
        }
    }
}
