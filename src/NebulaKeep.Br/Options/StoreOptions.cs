using System.CommandLine;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Sealed.Root;

namespace NebulaKeep.Br.Options;

/// <summary>Flags that say where backups lie, named as in nebula-br and br-ent. Secrets as flags are accepted for their sake; the environment is better.</summary>
sealed class StoreOptions
{
    readonly Option<StoreUri?> storage = new("--storage") { Description = "local:///path, s3://bucket/prefix or gs://bucket/prefix", Required = true, CustomParser = Parsers.By(StoreUri.Parse) };
    readonly S3Options s3 = new();
    readonly GcsOptions gcs = new();
    readonly KeyOptions key = KeyOptions.OfRoot();

    /// <summary>Adds the flags to a command.</summary>
    public static StoreOptions AddTo(Command command)
    {
        var options = new StoreOptions();
        foreach (var option in new[] { options.storage }.Concat<Option>(options.s3.All).Concat(options.gcs.All).Concat(options.key.All)) command.Options.Add(option);
        return options;
    }

    /// <summary>The settings of a command line; what flags leave out comes from the environment, so that agents get it too.</summary>
    public StoreSettings Read(ParseResult result, Func<string, string?> environment)
    {
        var uri = result.GetValue(storage)!;
        return new StoreSettings
        {
            Uri = uri,
            S3 = uri.Kind == StoreKind.S3 ? s3.Read(result, environment) : null,
            Gcs = uri.Kind == StoreKind.Gcs ? gcs.Read(result, environment) : null,
        };
    }

    /// <summary>The secret that opens the root, if it is encrypted; null where none was given.</summary>
    public UnlockSecret? ReadSecret(ParseResult result, Func<string, string?> environment) => key.Read(result, environment);
}

/// <summary>Files that flags name.</summary>
static class CaFile
{
    /// <summary>The PEM text of a server's CAs; null where no file is named.</summary>
    /// <exception cref="NebulaKeepException">It cannot be read.</exception>
    public static string? Read(string? path, string server)
    {
        try
        {
            return string.IsNullOrEmpty(path) ? null : File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NebulaKeepException($"The CA certificates of the {server} server cannot be read from '{path}': {e.Message}", e);
        }
    }
}
