namespace NebulaKeep.ObjectStore;

/// <summary>The failures that all stores word alike.</summary>
static class Failures
{
    public static ObjectStoreException NotFound(string location, string key, Exception? inner = null) =>
        new(StoreFailure.NotFound, $"There is no object '{key}' in {location}.", inner);

    public static ObjectStoreException AlreadyExists(string location, string key, Exception? inner = null) =>
        new(StoreFailure.AlreadyExists, $"The object '{key}' exists already in {location}, and it may not be replaced.", inner);

    public static ObjectStoreException OutsideObject(string location, string key, ByteRange range, long size) =>
        new(StoreFailure.Other, $"Cannot read bytes {range.Offset} to {range.Offset + range.Length} of '{key}' in {location}: it has {size} bytes.");

    public static ObjectStoreException Mismatch(string location, string key, string what) =>
        new(StoreFailure.ChecksumMismatch, $"The object '{key}' in {location} is not what was sent: {what}. Do not use it; send it again and check the store's disks and memory.");

    public static ObjectStoreException Unsealable(string location, string key, string what, Exception? inner = null) =>
        new(StoreFailure.ChecksumMismatch, $"The object '{key}' in {location} cannot be opened: {what}.", inner);
}
