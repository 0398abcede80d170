using System.Security.Cryptography;

namespace NebulaKeep.Security.Pem;

/// <summary>
/// The bytes of a side's files, read once, so that what is compared is what is parsed. A digest over all of them tells
/// any change: rewritten, renamed over, or reached through another symbolic link.
/// </summary>
sealed class TlsFileContents
{
    const int LargestFile = 1 << 20;
    const int LargestPasswordFile = 4 << 10;

    TlsFileContents(TlsFiles files)
    {
        Files = files;
        Ca = ReadBounded(files.CaPath, LargestFile);
        if (files.CertPath is null && files.KeyPath is null) return;
        Cert = ReadBounded(Required(files.CertPath, files.KeyPath, "key but no certificate"), LargestFile);
        Key = ReadBounded(Required(files.KeyPath, files.CertPath, "certificate but no key"), LargestFile);
        if (files.KeyPasswordPath is { } password) Password = ReadBounded(password, LargestPasswordFile);
    }

    TlsFileContents(TlsFiles names, byte[] ca, byte[]? cert, byte[]? key) => (Files, Ca, Cert, Key) = (names, ca, cert, key);

    public TlsFiles Files { get; }

    public byte[] Ca { get; }

    public byte[]? Cert { get; }

    public byte[]? Key { get; }

    public byte[]? Password { get; }

    public static TlsFileContents Read(TlsFiles files) => new(files);

    /// <summary>Bytes that come from elsewhere; a certificate and its key belong together.</summary>
    public static TlsFileContents Of(TlsFiles names, byte[] ca, byte[]? cert, byte[]? key) =>
        (cert is null) == (key is null) ? new(names, ca, cert, key) : throw new ArgumentException("A certificate and its key belong together", nameof(cert));

    /// <summary>SHA-256 over the lengths and bytes of all files.</summary>
    public byte[] Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var content in new[] { Ca, Cert, Key, Password })
        {
            hash.AppendData(BitConverter.GetBytes(content?.Length ?? -1));
            hash.AppendData(content ?? []);
        }
        return hash.GetHashAndReset();
    }

    internal static byte[] ReadBounded(string path, int limit)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var buffer = new byte[(int)Math.Min(stream.Length, limit) + 1];
            var read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return read <= limit && read < buffer.Length ? buffer[..read] : throw TooLarge(path, limit);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CertificateFileException(CertificateFileProblem.Missing, path, "does not exist; check the path, or issue it with nebula-certs", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CertificateFileException(CertificateFileProblem.Unreadable, path, $"cannot be read: {e.Message}", e);
        }
    }

    static CertificateFileException TooLarge(string path, int limit) =>
        new(CertificateFileProblem.TooLarge, path, $"is larger than {limit} bytes or is growing; it cannot be a PEM file of this kind");

    static string Required(string? path, string? other, string what) =>
        path ?? throw new CertificateFileException(CertificateFileProblem.Missing, other ?? "", $"there is a {what}; name both or neither");
}
