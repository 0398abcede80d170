using NebulaKeep.Core.Threading;
using NebulaKeep.ObjectStore.Sealed.Encryption;

namespace NebulaKeep.ObjectStore.Sealed.Compression;

/// <summary>
/// Keeps every content compressed (docs/formats/sealed-root.md). Only its end tells how long a content is: each look at an object, and
/// each object of a listing, costs one small read more. A part is found by decompressing what lies before it.
/// </summary>
sealed class CompressedStore(IObjectStore inner) : StoreDecorator(inner)
{
    const int InFlight = 32;
    const int Tries = 3;

    public override async Task<StoredObject> PutAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken)
    {
        await using var stored = new CompressingStream(content);
        var confirmed = await Inner.PutAsync(key, stored, condition, cancellationToken);
        Confirm(confirmed, stored.StoredBytes);
        return confirmed with { Size = stored.PlainBytes };
    }

    public override async Task<Stream> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken)
    {
        if (range is not { } part) return await OpenAsync(key, cancellationToken);
        var size = (await StatAsync(key, cancellationToken) ?? throw Failures.NotFound(Location, key)).Size;
        if (!part.IsInside(size)) throw Failures.OutsideObject(Location, key, part, size);
        return await PartStream.OpenAsync(await OpenAsync(key, cancellationToken), part.Offset, part.Length, left => Damaged(key, $"{left} bytes are missing"), cancellationToken);
    }

    public override async Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            if (await Inner.StatAsync(key, cancellationToken) is not { } found) return null;
            if (await SizedAsync(found, cancellationToken) is not { } sized) return null;
            if (sized.Size != StoredObject.UnknownSize) return sized;
            // It may have been replaced between the two requests.
            if (tries == Tries || await Inner.StatAsync(key, cancellationToken) == found) throw Damaged(key, "its end does not tell its size; it was cut, changed, or not written through the seal of this root");
        }
    }

    public override async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var sized in Ordered.SelectAsync(Inner.ListAsync(prefix, cancellationToken), InFlight, SizedAsync, cancellationToken))
            if (sized is not null)
                yield return sized;
    }

    async Task<Stream> OpenAsync(string key, CancellationToken cancellationToken) =>
        new DecompressingStream(await Inner.OpenReadAsync(key, null, cancellationToken), (what, inner) => Damaged(key, what, inner));

    /// <summary>The object with its content's size; null where it is gone by now.</summary>
    async Task<StoredObject?> SizedAsync(StoredObject found, CancellationToken cancellationToken)
    {
        if (found.Size < ZstdFooter.Length) return found with { Size = StoredObject.UnknownSize };
        try
        {
            var bytes = new byte[ZstdFooter.Length];
            await using (var end = await OpenEndAsync(found, cancellationToken)) await end.ReadExactlyAsync(bytes, cancellationToken);
            return found with { Size = ZstdFooter.Read(bytes, found.Size)?.PlainSize ?? StoredObject.UnknownSize };
        }
        catch (ObjectStoreException e) when (e.Failure == StoreFailure.NotFound)
        {
            return null;
        }
        catch (ObjectStoreException e) when (e.Failure is StoreFailure.ChecksumMismatch or StoreFailure.Other)
        {
            return found with { Size = StoredObject.UnknownSize };
        }
    }

    Task<Stream> OpenEndAsync(StoredObject found, CancellationToken cancellationToken)
    {
        var end = new ByteRange(found.Size - ZstdFooter.Length, ZstdFooter.Length);
        return Inner is EncryptedStore encrypted ? encrypted.OpenPartAsync(found.Key, end, found.Size, cancellationToken) : Inner.OpenReadAsync(found.Key, end, cancellationToken);
    }

    ObjectStoreException Damaged(string key, string what, Exception? inner = null) => Failures.Unsealable(Location, key, what, inner);
}
