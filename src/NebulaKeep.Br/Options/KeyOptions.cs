using System.CommandLine;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore.Sealed.Root;

namespace NebulaKeep.Br.Options;

/// <summary>Flags that name the key of an encrypted root. A secret itself is never an argument: everybody on the machine sees those.</summary>
/// <param name="prefix">Before the flags' names: <c>new-</c> for a key to be added.</param>
/// <param name="what">What the key is for.</param>
/// <param name="readsEnvironment">What flags leave out comes from <c>NEBULAKEEP_KEY_FILE</c> and <c>NEBULAKEEP_PASSPHRASE_FILE</c>.</param>
sealed class KeyOptions(string prefix, string what, bool readsEnvironment)
{
    readonly Option<string?> keyFile = new($"--{prefix}key-file") { Description = $"{what}: file with 32 random bytes in Base64 ('openssl rand -base64 32'){(readsEnvironment ? "; default: NEBULAKEEP_KEY_FILE" : "")}" };
    readonly Option<string?> passphraseFile = new($"--{prefix}passphrase-file") { Description = $"{what}: file with a passphrase{(readsEnvironment ? "; default: NEBULAKEEP_PASSPHRASE_FILE" : "")}" };

    /// <summary>The key that opens an encrypted root.</summary>
    public static KeyOptions OfRoot() => new("", "opens an encrypted root", readsEnvironment: true);

    /// <summary>A key that shall open it, too.</summary>
    public static KeyOptions ToAdd() => new("new-", "shall open the root, too", readsEnvironment: false);

    /// <summary>The flags.</summary>
    public IEnumerable<Option> All => [keyFile, passphraseFile];

    /// <summary>The secret that a command line names; null where it names none.</summary>
    /// <exception cref="UsageException">It names two.</exception>
    /// <exception cref="RootException">The file holds something else.</exception>
    /// <exception cref="NebulaKeepException">The file cannot be read.</exception>
    public UnlockSecret? Read(ParseResult result, Func<string, string?> environment)
    {
        var (key, passphrase) = (result.GetValue(keyFile).OrNull(), result.GetValue(passphraseFile).OrNull());
        if (readsEnvironment && key is null && passphrase is null) (key, passphrase) = (environment("NEBULAKEEP_KEY_FILE").OrNull(), environment("NEBULAKEEP_PASSPHRASE_FILE").OrNull());
        if (key is not null && passphrase is not null) throw new UsageException($"Give a key file or a passphrase file, not both ({keyFile.Name}, {passphraseFile.Name}{(readsEnvironment ? ", or their variables" : "")}).");
        return key is not null ? UnlockSecret.FromKeyFile(ReadFile(key, "key file"))
            : passphrase is not null ? UnlockSecret.FromPassphrase(ReadFile(passphrase, "passphrase file"))
            : null;
    }

    static string ReadFile(string path, string what)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            var bytes = new byte[UnlockSecret.MaxBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length < bytes.Length ? System.Text.Encoding.UTF8.GetString(bytes, 0, length) : throw new NebulaKeepException($"The {what} '{path}' is longer than {UnlockSecret.MaxBytes} bytes.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NebulaKeepException($"The {what} '{path}' cannot be read: {e.Message}", e);
        }
    }
}

file static class Texts
{
    /// <summary>An empty flag or variable names nothing.</summary>
    public static string? OrNull(this string? text) => string.IsNullOrEmpty(text) ? null : text;
}
