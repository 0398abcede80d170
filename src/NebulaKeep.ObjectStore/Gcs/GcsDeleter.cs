using System.Net;

namespace NebulaKeep.ObjectStore.Gcs;

/// <summary>Deletes objects, many at once.</summary>
sealed class GcsDeleter(GcsConnection connection)
{
    /// <summary>Deletes all that can be, then throws the first failure.</summary>
    public async Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        ObjectStoreException? first = null;
        var options = new ParallelOptions { MaxDegreeOfParallelism = connection.Limits.ParallelDeletes, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(keys, options, async (key, token) =>
        {
            try
            {
                await DeleteAsync(key, token);
            }
            catch (ObjectStoreException error)
            {
                Interlocked.CompareExchange(ref first, error, null);
            }
        });
        if (first is not null) throw first;
    }

    /// <summary>Reads an answer that says nothing.</summary>
    public static Task<bool> NothingAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        answer.Dispose();
        return Task.FromResult(true);
    }

    async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var doing = $"Deleting '{key}'";
        try
        {
            await connection.SendAsync(connection.Limits.RequestTimeout, () => new HttpRequestMessage(HttpMethod.Delete, connection.Target.Object(key)), NothingAsync, cancellationToken);
        }
        catch (GcsRefusedException error) when (error.Status == HttpStatusCode.NotFound)
        {
            // Gone already: that is what was asked for.
            await connection.RequireBucketAsync(doing, cancellationToken);
        }
        catch (Exception error) when (GcsConnection.IsOurs(error))
        {
            throw GcsErrors.Translate(error, connection, doing);
        }
    }
}
