using Amazon.S3.Model;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>Compares what the server holds with what was sent. An object that differs is deleted: nobody shall read it.</summary>
sealed class S3Verifier(S3Connection connection, TimeProvider clock)
{
    /// <summary>After a put in one piece: the tag in its answer is enough, unless it says nothing of the content.</summary>
    public async Task<StoredObject> ConfirmPutAsync(string key, Part part, PutObjectResponse answer, CancellationToken cancellationToken)
    {
        var expected = S3EntityTag.Of(part.Md5);
        return S3EntityTag.Confirms(answer.ETag, expected, answer.ServerSideEncryptionMethod?.Value) switch
        {
            true => new StoredObject(key, part.Length, clock.GetUtcNow(), expected),
            false => throw await RefuseAsync(key, $"its MD5 is {expected}, the server says {S3EntityTag.Plain(answer.ETag)}", cancellationToken),
            null => await ConfirmAsync(key, part.Length, expected, cancellationToken),
        };
    }

    /// <summary>Asks the server for size and tag of an object.</summary>
    public async Task<StoredObject> ConfirmAsync(string key, long size, string expected, CancellationToken cancellationToken)
    {
        var head = await connection.HeadAsync(key, cancellationToken)
            ?? throw Failures.Mismatch(connection.Target.Location, key, "the server took it and does not have it");
        if (head.ContentLength != size)
            throw await RefuseAsync(key, $"{size} bytes were sent, the server holds {head.ContentLength}", cancellationToken);
        if (S3EntityTag.Confirms(head.ETag, expected, head.ServerSideEncryptionMethod?.Value) == false)
            throw await RefuseAsync(key, $"its tag should be {expected}, the server says {S3EntityTag.Plain(head.ETag)}", cancellationToken);
        return S3Objects.From(key, head);
    }

    async Task<ObjectStoreException> RefuseAsync(string key, string what, CancellationToken cancellationToken)
    {
        var request = new DeleteObjectRequest { BucketName = connection.Target.Bucket, Key = connection.Target.Keys.FullKey(key) };
        try
        {
            await connection.CallAsync($"Deleting '{key}'", connection.Limits.RequestTimeout, (s3, token) => s3.DeleteObjectAsync(request, token), cancellationToken);
        }
        catch (ObjectStoreException error)
        {
            what += $" (and it could not be deleted: {error.Message})";
        }

        return Failures.Mismatch(connection.Target.Location, key, what);
    }
}
