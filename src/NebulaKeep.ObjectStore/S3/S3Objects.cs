using Amazon.S3.Model;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>The SDK's answers as this project's records.</summary>
static class S3Objects
{
    public static StoredObject From(string key, GetObjectMetadataResponse head) =>
        new(key, head.ContentLength, Time(head.LastModified), S3EntityTag.Plain(head.ETag));

    public static StoredObject From(string key, S3Object listed) =>
        new(key, listed.Size ?? 0, Time(listed.LastModified), S3EntityTag.Plain(listed.ETag));

    static DateTimeOffset Time(DateTime? time) => time is { } known ? new DateTimeOffset(known.ToUniversalTime()) : DateTimeOffset.UnixEpoch;
}
