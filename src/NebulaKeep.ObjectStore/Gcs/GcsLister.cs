using System.Net;
using System.Runtime.CompilerServices;

namespace NebulaKeep.ObjectStore.Gcs;

/// <summary>Lists by prefix, a thousand at a time; holds one page.</summary>
sealed class GcsLister(GcsConnection connection)
{
    const string PageSize = "1000";

    public async IAsyncEnumerable<StoredObject> ObjectsAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in PagesAsync(prefix, null, "nextPageToken,items(name,size,updated,crc32c)", cancellationToken))
        {
            foreach (var found in page.Items ?? [])
            {
                if (found.Name is { } name && connection.Target.Keys.RelativeKey(name) is { } key) yield return found.At(key);
            }
        }
    }

    public async IAsyncEnumerable<string> FoldersAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = folder.Length == 0 ? 0 : folder.Length + 1;
        await foreach (var page in PagesAsync(folder.Length == 0 ? "" : folder + "/", "/", "nextPageToken,prefixes", cancellationToken))
        {
            foreach (var found in page.Prefixes ?? [])
            {
                if (connection.Target.Keys.RelativeKey(found.TrimEnd('/')) is { } key) yield return key[start..];
            }
        }
    }

    async IAsyncEnumerable<GcsPage> PagesAsync(string prefix, string? delimiter, string fields, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (string? token = null; ;)
        {
            var address = connection.Target.Objects(("prefix", connection.Target.Keys.FullKey(prefix)), ("delimiter", delimiter), ("pageToken", token), ("maxResults", PageSize), ("fields", fields));
            var page = await PageAsync(prefix, address, cancellationToken);
            yield return page;
            if (string.IsNullOrEmpty(page.NextPageToken)) yield break;
            if (page.NextPageToken == token)
                throw new ObjectStoreException(StoreFailure.Other, $"{connection.Target.Server} says that the listing of {connection.Target.Location} goes on, and not how: it cannot be used.");
            token = page.NextPageToken;
        }
    }

    async Task<GcsPage> PageAsync(string prefix, Uri address, CancellationToken cancellationToken)
    {
        var doing = $"Listing '{prefix}'";
        try
        {
            return await connection.SendAsync(connection.Limits.RequestTimeout, () => new HttpRequestMessage(HttpMethod.Get, address),
                (answer, token) => GcsConnection.ReadAsync(answer, GcsJson.Default.GcsPage, token), cancellationToken);
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
}
