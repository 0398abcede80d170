using Amazon.S3;
using Amazon.S3.Model;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>Builds the requests of an upload, with encryption as the settings ask and a checksum on every body.</summary>
sealed class S3Requests(S3Target target, S3Settings settings)
{
    /// <summary>Metadata that tells a create-only put of ours from another's, where an answer was lost.</summary>
    public const string MarkHeader = "x-amz-meta-nebulakeep-put";

    readonly ServerSideEncryptionMethod? encryption =
        string.IsNullOrEmpty(settings.ServerSideEncryption) ? null : new ServerSideEncryptionMethod(settings.ServerSideEncryption);

    // Chunked signing is what old servers refuse or store as content (observed with OpenStack Swift and s3rver).
    public PutObjectRequest Put(string key, Part part, string? mark, bool ifAbsent)
    {
        var request = new PutObjectRequest
        {
            BucketName = target.Bucket,
            Key = target.Keys.FullKey(key),
            InputStream = part.Open(),
            MD5Digest = Convert.ToBase64String(part.Md5),
            UseChunkEncoding = false,
            ContentType = "application/octet-stream",
            ServerSideEncryptionMethod = encryption,
            ServerSideEncryptionKeyManagementServiceKeyId = EncryptionKey,
        };
        if (mark is not null) request.Metadata.Add(MarkHeader, mark);
        if (ifAbsent) request.IfNoneMatch = "*";
        return request;
    }

    public InitiateMultipartUploadRequest Begin(string key) => new()
    {
        BucketName = target.Bucket,
        Key = target.Keys.FullKey(key),
        ContentType = "application/octet-stream",
        ServerSideEncryptionMethod = encryption,
        ServerSideEncryptionKeyManagementServiceKeyId = EncryptionKey,
    };

    public UploadPartRequest Send(string key, string uploadId, Part part) => new()
    {
        BucketName = target.Bucket,
        Key = target.Keys.FullKey(key),
        UploadId = uploadId,
        PartNumber = part.Number,
        PartSize = part.Length,
        InputStream = part.Open(),
        MD5Digest = Convert.ToBase64String(part.Md5),
        UseChunkEncoding = false,
    };

    public CompleteMultipartUploadRequest Complete(string key, string uploadId, IEnumerable<PartETag> parts, bool ifAbsent) => new()
    {
        BucketName = target.Bucket,
        Key = target.Keys.FullKey(key),
        UploadId = uploadId,
        PartETags = [.. parts],
        IfNoneMatch = ifAbsent ? "*" : null,
    };

    public AbortMultipartUploadRequest Abort(string key, string uploadId) => new()
    {
        BucketName = target.Bucket,
        Key = target.Keys.FullKey(key),
        UploadId = uploadId,
    };

    string? EncryptionKey => string.IsNullOrEmpty(settings.KmsKeyId) ? null : settings.KmsKeyId;
}
