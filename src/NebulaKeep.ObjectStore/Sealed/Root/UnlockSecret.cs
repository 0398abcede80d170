using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace NebulaKeep.ObjectStore.Sealed.Root;

/// <summary>What a person has to open a root: the content of a key file, or a passphrase. Never shown.</summary>
[DebuggerDisplay("***")]
public sealed class UnlockSecret
{
    /// <summary>The longest key file or passphrase file that is read, in bytes.</summary>
    public const int MaxBytes = 4096;

    /// <summary>The shortest passphrase, in characters.</summary>
    public const int MinPassphrase = 12;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    readonly byte[] material;

    UnlockSecret(KeyMethod method, byte[] material) => (Method, this.material) = (method, material);

    /// <summary>Its kind.</summary>
    public KeyMethod Method { get; }

    /// <summary>The content of a key file: 32 bytes in Base64, with or without a line feed.</summary>
    /// <exception cref="RootException">It is something else.</exception>
    public static UnlockSecret FromKeyFile(string text)
    {
        var key = new byte[SealEncryption.KeyBytes];
        return Convert.TryFromBase64String(text.Trim(), key, out var length) && length == key.Length
            ? new UnlockSecret(KeyMethod.KeyFile, key)
            : throw new RootException(RootProblem.SecretUnusable, $"A key file holds {SealEncryption.KeyBytes} random bytes in Base64, as 'openssl rand -base64 32' writes them; this one does not.");
    }

    /// <summary>A passphrase; a line feed at its end is not part of it.</summary>
    /// <exception cref="RootException">It is too short.</exception>
    public static UnlockSecret FromPassphrase(string text)
    {
        var passphrase = text.TrimEnd('\r', '\n');
        return passphrase.Length >= MinPassphrase
            ? new UnlockSecret(KeyMethod.Passphrase, Encoding.UTF8.GetBytes(passphrase))
            : throw new RootException(RootProblem.SecretUnusable, $"A passphrase has at least {MinPassphrase} characters; this one is shorter.");
    }

    /// <summary>Always stars.</summary>
    public override string ToString() => "***";

    /// <summary>The key that wraps: HKDF-SHA256 of a key file, which is random already; PBKDF2-HMAC-SHA512 of a passphrase, which is not.</summary>
    internal byte[] WrappingKey(byte[] salt, int? iterations) => Method == KeyMethod.KeyFile
        ? HKDF.DeriveKey(HashAlgorithmName.SHA256, material, SealEncryption.KeyBytes, salt, "nebulakeep key file 1\n"u8.ToArray())
        : Rfc2898DeriveBytes.Pbkdf2(material, salt, iterations!.Value, HashAlgorithmName.SHA512, SealEncryption.KeyBytes);
}
