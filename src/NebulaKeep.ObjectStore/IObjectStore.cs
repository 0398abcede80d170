namespace NebulaKeep.ObjectStore;

/// <summary>
/// A flat store of objects below one root (a bucket with prefix, or a folder). Keys are relative to the root, use
/// <c>/</c>, and never begin with it, hold <c>..</c>, empty or <c>.</c> segments, or control characters: such a key is
/// an <see cref="ArgumentException"/> before anything is sent (<see cref="ObjectKey"/>).
/// </summary>
/// <remarks>
/// Every store keeps this contract, and <c>ObjectStoreContract</c> tests it. Failures are <see cref="ObjectStoreException"/>
/// with a kind; transient ones have been tried again by the store before they are thrown. Safe for concurrent use.
/// What lies in the root with a name that is no valid key (a folder marker, a symbolic link) is no object and is not listed.
/// </remarks>
public interface IObjectStore : IAsyncDisposable
{
    /// <summary>The root for messages, for example <c>s3://bucket/prefix</c>. Holds no secret.</summary>
    string Location { get; }

    /// <summary>
    /// Stores an object whole or not at all: no reader ever sees a part of it, and a failure leaves at most invisible debris
    /// that the store removes. The content is read once, forward, to its end, and not disposed; memory is bounded however long
    /// it is. Before this returns, the store has confirmed the size of what it holds, and its checksum where it computes one
    /// (S3 does; a folder is flushed to disk instead).
    /// </summary>
    /// <returns>What the store holds now.</returns>
    /// <exception cref="ObjectStoreException">
    /// <see cref="StoreFailure.AlreadyExists"/> with <see cref="PutCondition.CreateOnly"/> where the key is taken;
    /// <see cref="StoreFailure.ChecksumMismatch"/> where the store holds something else than was sent. An exception of
    /// <paramref name="content"/> itself is passed on as it is.
    /// </exception>
    Task<StoredObject> PutAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken);

    /// <summary>
    /// Opens an object, or a part of it, for one forward read. The stream throws when the content ends early: a short read is
    /// never silent. Whether the bytes are those that were stored is for the reader to see, who knows their hash. Only its
    /// asynchronous reads work. The caller disposes it.
    /// </summary>
    /// <exception cref="ObjectStoreException">
    /// <see cref="StoreFailure.NotFound"/> where the key does not exist; <see cref="StoreFailure.Other"/> where the range does
    /// not lie inside the object.
    /// </exception>
    Task<Stream> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken);

    /// <summary>What the store knows of an object, or null where the key does not exist.</summary>
    Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// All objects whose key begins with the prefix as a text (<c>a</c> finds <c>a/x</c> and <c>ab</c>, <c>a/</c> only the first),
    /// in the order of <see cref="ObjectKey.Order"/>, in memory that does not grow with their number. A folder on disk needs the
    /// names of one directory at a time.
    /// </summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>
    /// The same objects in the same order, with the bytes that each takes in the store as its size: what a removal needs. A sealed
    /// store (<see cref="Sealed.SealedStore"/>) neither opens an object for it nor minds a damaged one.
    /// </summary>
    IAsyncEnumerable<StoredObject> ListStoredAsync(string prefix, CancellationToken cancellationToken) => ListAsync(prefix, cancellationToken);

    /// <summary>
    /// The names of the folders right below a folder (<c>""</c> is the root), without slash, in the order of
    /// <see cref="ObjectKey.Order"/>: one request for each thousand, whatever lies in them. Objects right in the folder are not
    /// returned; a folder exists as long as an object lies in it.
    /// </summary>
    IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Deletes objects; those that do not exist are no error. All that can be deleted are, then the first failure is thrown.</summary>
    Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken);
}
