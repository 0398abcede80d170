using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>
/// Deletes by the thousand, and one by one what a batch left or where the server refuses batches (observed: OpenStack Swift wants
/// a Content-MD5 that the SDK does not send).
/// </summary>
sealed partial class S3Deleter(S3Connection connection, ILogger log)
{
    const int BatchSize = 1000;
    const int Parallel = 8;
    volatile bool batchesRefused;

    /// <summary>Deletes all that can be, then throws the first failure.</summary>
    public async Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        ObjectStoreException? first = null;
        foreach (var batch in keys.Chunk(BatchSize))
        {
            var left = batch.Length == 1 ? batch : await DeleteBatchAsync(batch, cancellationToken);
            first ??= await DeleteSinglyAsync(left, cancellationToken);
        }

        if (first is not null) throw first;
    }

    async Task<IReadOnlyCollection<string>> DeleteBatchAsync(string[] keys, CancellationToken cancellationToken)
    {
        if (batchesRefused) return keys;
        var request = new DeleteObjectsRequest
        {
            BucketName = connection.Target.Bucket,
            Objects = [.. keys.Select(key => new KeyVersion { Key = connection.Target.Keys.FullKey(key) })],
        };
        try
        {
            return Left(keys, await connection.SendAsync(connection.Limits.RequestTimeout * 2, (s3, token) => s3.DeleteObjectsAsync(request, token), cancellationToken));
        }
        catch (DeleteObjectsException error)
        {
            return Left(keys, error.Response);
        }
        catch (AmazonServiceException error) when (error.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotImplemented or HttpStatusCode.MethodNotAllowed)
        {
            LogNoBatches(log, connection.Target.Server, error.ErrorCode ?? error.StatusCode.ToString());
            batchesRefused = true;
            return keys;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw S3Errors.Translate(error, connection.Target, $"Deleting {keys.Length} objects");
        }
    }

    // What the answer does not name was not deleted: it may be no answer of S3's at all.
    string[] Left(string[] keys, DeleteObjectsResponse answer) =>
        [.. keys.Except((answer.DeletedObjects ?? []).Select(deleted => connection.Target.Keys.RelativeKey(deleted.Key)).OfType<string>(), StringComparer.Ordinal)];

    async Task<ObjectStoreException?> DeleteSinglyAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        ObjectStoreException? first = null;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
        await System.Threading.Tasks.Parallel.ForEachAsync(keys, options, async (key, token) =>
        {
            var request = new DeleteObjectRequest { BucketName = connection.Target.Bucket, Key = connection.Target.Keys.FullKey(key) };
            try
            {
                await connection.CallAsync($"Deleting '{key}'", connection.Limits.RequestTimeout, (s3, stop) => s3.DeleteObjectAsync(request, stop), token);
            }
            catch (ObjectStoreException error) when (error.Failure == StoreFailure.NotFound)
            {
                // Gone already, as some servers say: that is what was asked for.
            }
            catch (ObjectStoreException error)
            {
                Interlocked.CompareExchange(ref first, error, null);
            }
        });
        return first;
    }

    [LoggerMessage(6, LogLevel.Information, "{Server} refuses to delete many objects in one request ({Code}): they are deleted one by one")]
    static partial void LogNoBatches(ILogger log, string server, string code);
}
