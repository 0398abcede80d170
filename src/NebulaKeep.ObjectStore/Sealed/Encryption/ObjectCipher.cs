using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace NebulaKeep.ObjectStore.Sealed.Encryption;

/// <summary>
/// Encrypts the chunks of one object. Its key comes from the root's by HKDF-SHA256 with the object's salt and name, so each key
/// sees each nonce once, and an object under another name does not open. The nonce is the chunk's number and whether it is the
/// last, so chunks cannot be moved, left out or cut off.
/// </summary>
sealed class ObjectCipher : IDisposable
{
    const int SaltBytes = 32;
    const int NonceBytes = 12;
    readonly AesGcm aes;
    readonly byte[] name;

    ObjectCipher(ReadOnlySpan<byte> rootKey, string key, ChunkMath math, byte[] header)
    {
        (Math, Header, name) = (math, header, Encoding.UTF8.GetBytes(key));
        Span<byte> objectKey = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, rootKey, objectKey, header.AsSpan(Magic.Length), [.. "nebulakeep sealed object 1\n"u8, .. name]);
        aes = new AesGcm(objectKey, ChunkMath.Tag);
        CryptographicOperations.ZeroMemory(objectKey);
    }

    /// <summary>What stands before the chunks.</summary>
    public byte[] Header { get; }

    /// <summary>Sizes.</summary>
    public ChunkMath Math { get; }

    static ReadOnlySpan<byte> Magic => "NKSEAL1\n"u8;

    /// <summary>For a new object, with a salt that was never used.</summary>
    public static ObjectCipher ForNew(ReadOnlySpan<byte> rootKey, string key, ChunkMath math) =>
        new(rootKey, key, math, [.. Magic, .. RandomNumberGenerator.GetBytes(SaltBytes)]);

    /// <summary>For an object that begins with this header; null where it is no header.</summary>
    public static ObjectCipher? For(ReadOnlySpan<byte> rootKey, string key, ChunkMath math, byte[] header) =>
        header.Length == ChunkMath.Header && header.AsSpan().StartsWith(Magic) ? new ObjectCipher(rootKey, key, math, header) : null;

    /// <summary>Encrypts a chunk.</summary>
    /// <returns>Bytes written: the content and its tag.</returns>
    public int Seal(long number, bool isLast, ReadOnlySpan<byte> plain, Span<byte> stored)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Nonce(number, isLast, nonce);
        aes.Encrypt(nonce, plain, stored[..plain.Length], stored.Slice(plain.Length, ChunkMath.Tag), name);
        return plain.Length + ChunkMath.Tag;
    }

    /// <summary>Decrypts a chunk.</summary>
    /// <returns>Bytes of content.</returns>
    /// <exception cref="CryptographicException">It is not this chunk of this object.</exception>
    public int Open(long number, bool isLast, ReadOnlySpan<byte> stored, Span<byte> plain)
    {
        if (stored.Length < ChunkMath.Tag) throw new CryptographicException("the chunk is cut");
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Nonce(number, isLast, nonce);
        var length = stored.Length - ChunkMath.Tag;
        aes.Decrypt(nonce, stored[..length], stored[length..], plain[..length], name);
        return length;
    }

    public void Dispose() => aes.Dispose();

    // Three zeros, the number in eight bytes, the flag.
    static void Nonce(long number, bool isLast, Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[3..], number);
        nonce[^1] = isLast ? (byte)1 : (byte)0;
    }
}
