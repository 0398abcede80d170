using System.CommandLine;
using NebulaKeep.Backup.Roots;
using NebulaKeep.ObjectStore.Sealed;

namespace NebulaKeep.Br.Options;

/// <summary>How a new root keeps what it stores, decided with its first backup.</summary>
sealed class SealOptions
{
    readonly Option<string?> compress = new("--compress") { Description = "none or zstd, for all backups of this root; takes effect with the first. Anything but none makes backups unreadable to nebula-br" };
    readonly Option<bool> encrypt = new("--encrypt") { Description = "encrypt all backups of this root, with the first; later ones need only the key. Who loses every key loses the backups" };

    SealOptions() => compress.AcceptOnlyFromAmong("none", "zstd");

    /// <summary>Adds the flags to a command.</summary>
    public static SealOptions AddTo(Command command)
    {
        var options = new SealOptions();
        command.Options.Add(options.compress);
        command.Options.Add(options.encrypt);
        return options;
    }

    /// <summary>What a command line asks for.</summary>
    public RootWish Read(ParseResult result) => new(
        result.GetValue(compress) switch
        {
            null => null,
            "zstd" => ContentCompression.Zstd,
            _ => ContentCompression.None,
        },
        result.GetValue(encrypt));
}
