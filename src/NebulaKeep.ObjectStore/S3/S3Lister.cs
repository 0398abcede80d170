using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>Lists by prefix, a thousand at a time; holds one page.</summary>
sealed class S3Lister(S3Connection connection)
{
    public async IAsyncEnumerable<StoredObject> ObjectsAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in PagesAsync(prefix, null, cancellationToken))
        {
            foreach (var found in page.S3Objects ?? [])
            {
                if (connection.Target.Keys.RelativeKey(found.Key) is { } key) yield return S3Objects.From(key, found);
            }
        }
    }

    public async IAsyncEnumerable<string> FoldersAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = folder.Length == 0 ? 0 : folder.Length + 1;
        await foreach (var page in PagesAsync(folder.Length == 0 ? "" : folder + "/", "/", cancellationToken))
        {
            foreach (var found in page.CommonPrefixes ?? [])
            {
                if (connection.Target.Keys.RelativeKey(found.TrimEnd('/')) is { } key) yield return key[start..];
            }
        }
    }

    async IAsyncEnumerable<ListObjectsV2Response> PagesAsync(string prefix, string? delimiter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (string? token = null; ;)
        {
            var request = new ListObjectsV2Request { BucketName = connection.Target.Bucket, Prefix = connection.Target.Keys.FullKey(prefix), Delimiter = delimiter, ContinuationToken = token };
            var page = await connection.CallAsync($"Listing '{prefix}'", connection.Limits.RequestTimeout, (s3, stop) => PageAsync(s3, request, stop), cancellationToken);
            yield return page;
            if (page.IsTruncated != true) yield break;
            if (string.IsNullOrEmpty(page.NextContinuationToken) || page.NextContinuationToken == token)
                throw new ObjectStoreException(StoreFailure.Other, $"{connection.Target.Server} says that the listing of {connection.Target.Location} goes on, and not how: it cannot be used.");
            token = page.NextContinuationToken;
        }
    }

    // An empty answer, or a page of a proxy, would be taken for the end of the listing.
    async Task<ListObjectsV2Response> PageAsync(IAmazonS3 s3, ListObjectsV2Request request, CancellationToken cancellationToken)
    {
        var page = await s3.ListObjectsV2Async(request, cancellationToken);
        return page.IsTruncated is null ? throw connection.NotS3("a listing") : page;
    }
}
