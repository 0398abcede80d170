using System.Runtime.CompilerServices;

namespace NebulaKeep.ObjectStore.Sealed.Encryption;

/// <summary>
/// Keeps every content encrypted (docs/formats/sealed-root.md). Sizes follow from the stored ones, a part of an object costs the
/// chunks that it touches and a look at the header. Names stay as they are.
/// </summary>
/// <param name="inner">Holds the objects.</param>
/// <param name="rootKey">32 bytes.</param>
/// <param name="chunk">Bytes of content in a chunk.</param>
sealed class EncryptedStore(IObjectStore inner, byte[] rootKey, int chunk) : StoreDecorator(inner)
{
    readonly ChunkMath math = new(chunk);

    public override async Task<StoredObject> PutAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken)
    {
        await using var stored = new EncryptingStream(content, ObjectCipher.ForNew(rootKey, key, math));
        var confirmed = await Inner.PutAsync(key, stored, condition, cancellationToken);
        Confirm(confirmed, stored.StoredBytes);
        return confirmed with { Size = stored.PlainBytes };
    }

    public override Task<Stream> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken) =>
        range is { } part ? OpenPartAsync(key, part, cancellationToken) : OpenWholeAsync(key, cancellationToken);

    public override async Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken)
    {
        if (await Inner.StatAsync(key, cancellationToken) is not { } found) return null;
        return found with { Size = math.PlainSize(found.Size) ?? throw Damaged(key, $"no content gives {found.Size} bytes; it was cut, or not written through the seal of this root") };
    }

    public override async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var found in Inner.ListAsync(prefix, cancellationToken))
            yield return found with { Size = math.PlainSize(found.Size) ?? StoredObject.UnknownSize };
    }

    /// <summary>A part of an object whose size is known.</summary>
    /// <param name="part">Inside the object.</param>
    /// <param name="size">Of its content.</param>
    public async Task<Stream> OpenPartAsync(string key, ByteRange part, long size, CancellationToken cancellationToken)
    {
        var covering = math.Covering(part, size);
        var (cipher, chunks) = await OpenChunksAsync(key, covering, cancellationToken);
        var first = part.Offset / math.Chunk;
        var reachesEnd = covering.Offset + covering.Length == math.StoredSize(size);
        var plain = new DecryptingStream(chunks, cipher, first, covering.Length, reachesEnd, (what, inner) => Damaged(key, what, inner));
        return await PartStream.OpenAsync(plain, part.Offset - first * math.Chunk, part.Length, left => Damaged(key, $"{left} bytes are missing"), cancellationToken);
    }

    async Task<Stream> OpenWholeAsync(string key, CancellationToken cancellationToken)
    {
        var stored = await Inner.OpenReadAsync(key, null, cancellationToken);
        var cipher = await OwningAsync(stored, ReadHeaderAsync(stored, key, cancellationToken));
        return new DecryptingStream(stored, cipher, 0, storedBytes: null, reachesEnd: true, (what, inner) => Damaged(key, what, inner));
    }

    async Task<Stream> OpenPartAsync(string key, ByteRange part, CancellationToken cancellationToken)
    {
        var size = (await StatAsync(key, cancellationToken) ?? throw Failures.NotFound(Location, key)).Size;
        if (!part.IsInside(size)) throw Failures.OutsideObject(Location, key, part, size);
        return await OpenPartAsync(key, part, size, cancellationToken);
    }

    async Task<(ObjectCipher Cipher, Stream Chunks)> OpenChunksAsync(string key, ByteRange covering, CancellationToken cancellationToken)
    {
        if (covering.Offset > ChunkMath.Header)
        {
            await using var beginning = await Inner.OpenReadAsync(key, new ByteRange(0, ChunkMath.Header), cancellationToken);
            var cipher = await ReadHeaderAsync(beginning, key, cancellationToken);
            return (cipher, await OwningAsync(cipher, Inner.OpenReadAsync(key, covering, cancellationToken)));
        }

        // The header lies right before the first chunk: one request.
        var stored = await Inner.OpenReadAsync(key, new ByteRange(0, covering.Offset + covering.Length), cancellationToken);
        return (await OwningAsync(stored, ReadHeaderAsync(stored, key, cancellationToken)), stored);
    }

    static async Task<T> OwningAsync<T>(IDisposable owned, Task<T> work)
    {
        try
        {
            return await work;
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    async Task<ObjectCipher> ReadHeaderAsync(Stream stored, string key, CancellationToken cancellationToken)
    {
        var header = new byte[ChunkMath.Header];
        var length = await stored.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken);
        return ObjectCipher.For(rootKey, key, math, header[..length]) ?? throw Damaged(key, "it is not encrypted; something wrote it without the seal of this root");
    }

    ObjectStoreException Damaged(string key, string what, Exception? inner = null) => Failures.Unsealable(Location, key, what, inner);
}
