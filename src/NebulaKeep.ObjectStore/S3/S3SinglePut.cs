using System.Net;
using Amazon.Runtime;
using Microsoft.Extensions.Logging;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>Puts an object that fits one request.</summary>
sealed partial class S3SinglePut(S3Connection connection, S3Requests requests, S3Verifier verifier, ILogger log)
{
    volatile bool conditionsRefused;

    public async Task<StoredObject> PutAsync(string key, Part part, PutCondition condition, CancellationToken cancellationToken)
    {
        if (condition == PutCondition.CreateOnly) return await CreateAsync(key, part, cancellationToken);
        var answer = await connection.CallAsync($"Writing '{key}'", connection.Limits.TimeoutFor(part.Length),
            (s3, token) => s3.PutObjectAsync(requests.Put(key, part, null, ifAbsent: false), token), cancellationToken);
        return await verifier.ConfirmPutAsync(key, part, answer, cancellationToken);
    }

    async Task<StoredObject> CreateAsync(string key, Part part, CancellationToken cancellationToken)
    {
        if (conditionsRefused) return await CreateUncheckedAsync(key, part, cancellationToken);
        var mark = Guid.NewGuid().ToString("N");
        try
        {
            var answer = await connection.SendAsync(connection.Limits.TimeoutFor(part.Length),
                (s3, token) => s3.PutObjectAsync(requests.Put(key, part, mark, ifAbsent: true), token), cancellationToken);
            return await verifier.ConfirmPutAsync(key, part, answer, cancellationToken);
        }
        catch (AmazonServiceException error) when (error.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            // The answer to an earlier try, ours or one that the SDK made by itself, may have been lost: then what is there carries our mark.
            if (await IsOursAsync(key, mark, cancellationToken)) return await verifier.ConfirmAsync(key, part.Length, S3EntityTag.Of(part.Md5), cancellationToken);
            throw Failures.AlreadyExists(connection.Target.Location, key);
        }
        catch (AmazonServiceException error) when (error.StatusCode == HttpStatusCode.NotImplemented)
        {
            LogFallback(log, connection.Target.Server);
            conditionsRefused = true;
            return await CreateUncheckedAsync(key, part, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException and not ObjectStoreException)
        {
            throw S3Errors.Translate(error, connection.Target, $"Writing '{key}'");
        }
    }

    async Task<StoredObject> CreateUncheckedAsync(string key, Part part, CancellationToken cancellationToken)
    {
        if (await connection.HeadAsync(key, cancellationToken) is not null) throw Failures.AlreadyExists(connection.Target.Location, key);
        return await PutAsync(key, part, PutCondition.Overwrite, cancellationToken);
    }

    async Task<bool> IsOursAsync(string key, string mark, CancellationToken cancellationToken)
    {
        var head = await connection.HeadAsync(key, cancellationToken);
        return head?.Metadata[S3Requests.MarkHeader] == mark;
    }

    [LoggerMessage(2, LogLevel.Warning, "{Server} does not know conditional writes: whether an object exists is asked before it is written, so of two writers at the same moment both may believe that they won")]
    static partial void LogFallback(ILogger log, string server);
}
