using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>Puts an object in parts: a few under way at a time, all or nothing, checked by the server at each part and at the end.</summary>
/// <remarks>
/// Create-only is weaker here than in one request: Ceph 16 ignores the condition of the last step. So the key is looked at before
/// the first and before the last step and after it; two writers that end within the same moment can both win on such a server.
/// </remarks>
sealed partial class S3MultipartPut(S3Connection connection, S3Requests requests, S3Verifier verifier, ILogger log, TimeProvider clock)
{
    /// <param name="first">The part that did not hold all; disposed here.</param>
    /// <param name="next">Gives the following parts.</param>
    public async Task<StoredObject> PutAsync(string key, Part first, Func<CancellationToken, Task<Part>> next, PutCondition condition, CancellationToken cancellationToken)
    {
        string uploadId;
        try
        {
            if (condition == PutCondition.CreateOnly) await RequireAbsentAsync(key, cancellationToken);
            uploadId = await connection.CallAsync($"Beginning '{key}'", connection.Limits.RequestTimeout, (s3, token) => BeginAsync(s3, key, token), cancellationToken);
        }
        catch
        {
            first.Dispose();
            throw;
        }

        try
        {
            var sent = await SendAllAsync(key, uploadId, first, next, cancellationToken);
            await CompleteAsync(key, uploadId, sent, condition, cancellationToken);
            return await verifier.ConfirmAsync(key, sent.Sum(part => part.Length), S3EntityTag.OfParts([.. sent.Select(part => part.Md5)]), cancellationToken);
        }
        catch
        {
            await AbortAsync(key, uploadId);
            throw;
        }
    }

    // A part that is sent without an id would be an object of its own.
    async Task<string> BeginAsync(IAmazonS3 s3, string key, CancellationToken cancellationToken)
    {
        var begun = await s3.InitiateMultipartUploadAsync(requests.Begin(key), cancellationToken);
        return string.IsNullOrEmpty(begun.UploadId) ? throw connection.NotS3("a new upload") : begun.UploadId;
    }

    async Task<SentPart[]> SendAllAsync(string key, string uploadId, Part first, Func<CancellationToken, Task<Part>> next, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var buffers = new SemaphoreSlim(connection.Limits.BuffersPerUpload - 1);
        var sending = new List<Task<SentPart>>();
        try
        {
            for (var part = first; ; part = await next(stop.Token))
            {
                sending.Add(SendAsync(key, uploadId, part, buffers, stop));
                if (part.IsLast) return await Task.WhenAll(sending);
                await buffers.WaitAsync(stop.Token);
            }
        }
        catch (Exception error)
        {
            await stop.CancelAsync();
            var all = Task.WhenAll(sending);
            await ((Task)all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // One part's failure stops the others: the failure is what the caller must see.
            if (error is OperationCanceledException && all.IsFaulted) return await all;
            throw;
        }
    }

    async Task<SentPart> SendAsync(string key, string uploadId, Part part, SemaphoreSlim buffers, CancellationTokenSource stop)
    {
        try
        {
            return await SendOneAsync(key, uploadId, part, stop.Token);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            part.Dispose();
            buffers.Release();
        }
    }

    async Task<SentPart> SendOneAsync(string key, string uploadId, Part part, CancellationToken cancellationToken)
    {
        var answer = await connection.CallAsync($"Writing part {part.Number} of '{key}'", connection.Limits.TimeoutFor(part.Length),
            (s3, token) => s3.UploadPartAsync(requests.Send(key, uploadId, part), token), cancellationToken);
        if (S3EntityTag.Confirms(answer.ETag, S3EntityTag.Of(part.Md5), answer.ServerSideEncryptionMethod?.Value) == false)
            throw Failures.Mismatch(connection.Target.Location, key, $"the MD5 of part {part.Number} is {S3EntityTag.Of(part.Md5)}, the server says {S3EntityTag.Plain(answer.ETag)}");
        return new SentPart(new PartETag(part.Number, answer.ETag), part.Length, part.Md5);
    }

    async Task CompleteAsync(string key, string uploadId, SentPart[] sent, PutCondition condition, CancellationToken cancellationToken)
    {
        var ifAbsent = condition == PutCondition.CreateOnly;
        if (ifAbsent) await RequireAbsentAsync(key, cancellationToken);
        try
        {
            await SendCompleteAsync(key, uploadId, sent, ifAbsent, cancellationToken);
        }
        catch (AmazonServiceException error) when (ifAbsent && error.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            throw Failures.AlreadyExists(connection.Target.Location, key);
        }
        catch (AmazonServiceException error) when (ifAbsent && error.StatusCode == HttpStatusCode.NotImplemented)
        {
            await SendCompleteAsync(key, uploadId, sent, ifAbsent: false, cancellationToken);
        }
        catch (AmazonServiceException error) when (error.ErrorCode is "NoSuchUpload" or "NoSuchKey")
        {
            // An earlier try completed it and its answer was lost, or somebody aborted it: the check that follows tells which.
            LogCompletedBefore(log, key, connection.Target.Location);
        }
        catch (Exception error) when (error is not OperationCanceledException and not ObjectStoreException)
        {
            throw S3Errors.Translate(error, connection.Target, $"Completing '{key}'");
        }
    }

    Task<CompleteMultipartUploadResponse> SendCompleteAsync(string key, string uploadId, SentPart[] sent, bool ifAbsent, CancellationToken cancellationToken) =>
        connection.SendAsync(connection.Limits.RequestTimeout * 5,
            (s3, token) => s3.CompleteMultipartUploadAsync(requests.Complete(key, uploadId, sent.Select(part => part.Tag), ifAbsent), token), cancellationToken);

    async Task RequireAbsentAsync(string key, CancellationToken cancellationToken)
    {
        if (await connection.HeadAsync(key, cancellationToken) is not null) throw Failures.AlreadyExists(connection.Target.Location, key);
    }

    // Has its own time: the caller's may be over, and parts that nobody lists cost money.
    async Task AbortAsync(string key, string uploadId)
    {
        using var deadline = new CancellationTokenSource(connection.Limits.AbortTimeout, clock);
        try
        {
            await connection.SendAsync(connection.Limits.AbortTimeout, (s3, token) => s3.AbortMultipartUploadAsync(requests.Abort(key, uploadId), token), deadline.Token);
        }
        catch (AmazonServiceException error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            LogNothingToAbort(log, key, connection.Target.Location);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            LogNotAborted(log, key, connection.Target.Location, uploadId, connection.Target.Redact(error.Message));
        }
    }

    [LoggerMessage(3, LogLevel.Information, "The upload of {Key} to {Location} was complete already")]
    static partial void LogCompletedBefore(ILogger log, string key, string location);

    [LoggerMessage(4, LogLevel.Debug, "The failed upload of {Key} to {Location} left nothing to abort")]
    static partial void LogNothingToAbort(ILogger log, string key, string location);

    [LoggerMessage(5, LogLevel.Warning, "The failed upload of {Key} to {Location} could not be aborted; its parts stay until upload {UploadId} is aborted or a rule of the bucket removes it: {Reason}")]
    static partial void LogNotAborted(ILogger log, string key, string location, string uploadId, string reason);

    sealed record SentPart(PartETag Tag, long Length, byte[] Md5);
}
