using System.Collections.Concurrent;
using System.Formats.Tar;
using System.IO.Compression;

[assembly: AssemblyFixture(typeof(NebulaKeep.DevCluster.Tests.Cluster.UnpackedArchives))]

namespace NebulaKeep.DevCluster.Tests.Cluster;

/// <summary>The golden archives, each unpacked once for all tests, which copy from there and change nothing.</summary>
public sealed class UnpackedArchives : IDisposable
{
    static readonly ConcurrentDictionary<string, Lazy<TemporaryFolder>> Folders = new();

    public void Dispose()
    {
        foreach (var folder in Folders.Values) folder.Value.Dispose();
    }

    internal static string Unpack(string archive) => Folders.GetOrAdd(archive, _ => new Lazy<TemporaryFolder>(() =>
    {
        var folder = new TemporaryFolder();
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", archive));
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        TarFile.ExtractToDirectory(unzipped, folder.Path, overwriteFiles: false);
        return folder;
    })).Value.Path;
}
