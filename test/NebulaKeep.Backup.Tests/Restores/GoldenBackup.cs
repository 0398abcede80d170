using System.Formats.Tar;
using System.IO.Compression;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.ObjectStore;
using NebulaKeep.Testing;

namespace NebulaKeep.Backup.Tests.Restores;

/// <summary>The two backups that nebula-br 3.6.0 made of real NebulaGraph 3.8.0 servers, unpacked into a local store.</summary>
sealed class GoldenBackup : IDisposable
{
    readonly TemporaryFolder folder = new();

    GoldenBackup() => Store = ObjectStores.Open(new StoreSettings { Uri = StoreUri.Parse($"local://{folder.Path}") }, NullLoggerFactory.Instance, TimeProvider.System);

    public IObjectStore Store { get; }

    public static async Task<GoldenBackup> UnpackAsync()
    {
        var golden = new GoldenBackup();
        foreach (var archive in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Golden"), "*.tar.gz"))
        {
            await using var file = File.OpenRead(archive);
            await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
            await TarFile.ExtractToDirectoryAsync(unzipped, golden.folder.Path, overwriteFiles: false);
        }

        return golden;
    }

    public void Dispose() => folder.Dispose();
}
