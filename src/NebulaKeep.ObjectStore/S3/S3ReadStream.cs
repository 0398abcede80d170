using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using NebulaKeep.ObjectStore.Streams;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>The content of an object, or a part of it, by GetObject; it goes on with If-Match.</summary>
sealed class S3ReadStream : ResumingReadStream
{
    readonly S3Connection connection;
    GetObjectResponse answer;

    S3ReadStream(S3Connection connection, ReadPlan plan, GetObjectResponse answer, ByteRange part) : base(plan, part) =>
        (this.connection, this.answer) = (connection, answer);

    protected override Stream Body => answer.ResponseStream;

    public static async Task<S3ReadStream> OpenAsync(S3Connection connection, TimeProvider clock, string key, ByteRange? range, CancellationToken cancellationToken)
    {
        var plan = new ReadPlan(key, connection.Target.Location, connection.Target.Server, connection.Limits.Retries, connection.Limits.ReadTimeout, clock);
        if (range is { } asked && !asked.IsInside(long.MaxValue)) throw Failures.OutsideObject(plan.Location, key, asked, 0);
        var first = await GetAsync(connection, plan, range, null, cancellationToken);
        try
        {
            return new S3ReadStream(connection, plan, first, PartOf(plan, range, first));
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }

    protected override bool ShouldRetry(Exception error) => S3Errors.ShouldRetry(error);

    protected override string Redact(string text) => connection.Target.Redact(text);

    protected override async Task ReopenAsync(ByteRange rest, CancellationToken cancellationToken)
    {
        var tag = answer.ETag;
        answer.Dispose();
        answer = await GetAsync(connection, Plan, rest, tag, cancellationToken);
        PartOf(Plan, rest, answer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) answer.Dispose();
        base.Dispose(disposing);
    }

    static ByteRange PartOf(ReadPlan plan, ByteRange? range, GetObjectResponse answer) =>
        plan.PartOf(range, answer.HttpStatusCode == HttpStatusCode.PartialContent, answer.ContentLength);

    static async Task<GetObjectResponse> GetAsync(S3Connection connection, ReadPlan plan, ByteRange? range, string? tag, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest { BucketName = connection.Target.Bucket, Key = connection.Target.Keys.FullKey(plan.Key), EtagToMatch = tag };
        if (range is { } part) request.ByteRange = new Amazon.S3.Model.ByteRange(part.Offset, part.Offset + part.Length - 1);
        try
        {
            return await connection.SendAsync(connection.Limits.RequestTimeout, (s3, token) => SendAsync(connection, s3, request, token), cancellationToken);
        }
        catch (AmazonServiceException error) when (error.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            throw plan.Replaced();
        }
        catch (AmazonServiceException error) when (error.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && range is { } wrong)
        {
            var head = await connection.HeadAsync(plan.Key, cancellationToken);
            throw Failures.OutsideObject(plan.Location, plan.Key, wrong, head?.ContentLength ?? 0);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw S3Errors.Translate(error, connection.Target, $"Reading '{plan.Key}'");
        }
    }

    // Every object of S3 has a tag; the page of a proxy has none.
    static async Task<GetObjectResponse> SendAsync(S3Connection connection, IAmazonS3 s3, GetObjectRequest request, CancellationToken cancellationToken)
    {
        var said = await s3.GetObjectAsync(request, cancellationToken);
        if (!string.IsNullOrEmpty(said.ETag)) return said;
        said.Dispose();
        throw connection.NotS3("an object");
    }
}
