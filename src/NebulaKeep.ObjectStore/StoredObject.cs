namespace NebulaKeep.ObjectStore;

/// <summary>What a store says of an object.</summary>
/// <param name="Key">Relative to the store's root.</param>
/// <param name="Size">Bytes of its content; in a listing <see cref="UnknownSize"/> where a sealed object is too damaged to tell.</param>
/// <param name="LastModified">By the store's clock.</param>
/// <param name="ETag">The store's own tag for this content, without quotes; null where it has none.</param>
public sealed record StoredObject(string Key, long Size, DateTimeOffset LastModified, string? ETag)
{
    /// <summary>The size of no content: what lies there is not whole, or was not written through the seal of its root.</summary>
    public const long UnknownSize = -1;
}
