using System.Security.Cryptography;
using NebulaKeep.ObjectStore.Streams;

namespace NebulaKeep.ObjectStore.Sealed.Encryption;

/// <summary>
/// The content of whole chunks, each proven before a byte of it is handed out. Owns both the stored bytes and the cipher.
/// </summary>
/// <param name="stored">Chunks, from <paramref name="first"/> on.</param>
/// <param name="cipher">Opens them.</param>
/// <param name="first">The number of the first.</param>
/// <param name="storedBytes">Of all of them; null where that is not known. It decides about memory alone.</param>
/// <param name="reachesEnd">The last of them is the object's last.</param>
/// <param name="damaged">Makes the exception of what does not open.</param>
sealed class DecryptingStream(Stream stored, ObjectCipher cipher, long first, long? storedBytes, bool reachesEnd, Func<string, Exception?, Exception> damaged) : ReadOnlyStream
{
    // A byte more tells whether it is the last.
    readonly byte[] chunk = new byte[(int)Math.Min(cipher.Math.Sealed, storedBytes ?? long.MaxValue) + 1];
    readonly byte[] plain = new byte[(int)Math.Min(cipher.Math.Chunk, storedBytes ?? long.MaxValue)];
    long number = first;
    int start;
    int end;
    int ahead;
    bool isEnd;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (start == end && !isEnd && buffer.Length > 0) await FillAsync(cancellationToken);
        var count = Math.Min(buffer.Length, end - start);
        plain.AsMemory(start, count).CopyTo(buffer);
        start += count;
        return count;
    }

    async Task FillAsync(CancellationToken cancellationToken)
    {
        var length = ahead + await stored.ReadAtLeastAsync(chunk.AsMemory(ahead), chunk.Length - ahead, throwOnEndOfStream: false, cancellationToken);
        isEnd = length < chunk.Length;
        (start, end) = (0, Open(chunk.AsSpan(0, Math.Min(length, cipher.Math.Sealed))));
        (chunk[0], ahead, number) = (chunk[^1], 1, number + 1);
    }

    int Open(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return cipher.Open(number, isEnd && reachesEnd, bytes, plain);
        }
        catch (CryptographicException e)
        {
            throw damaged($"chunk {number} is not what was stored under this name with this key: it was changed, cut, moved, or the key is another root's", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stored.Dispose();
            cipher.Dispose();
        }

        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        await stored.DisposeAsync();
        cipher.Dispose();
        await base.DisposeAsync();
    }
}
