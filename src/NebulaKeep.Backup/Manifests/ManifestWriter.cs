using System.IO.Compression;
using System.Security.Cryptography;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Manifests;

/// <summary>Writes the file list and then the manifest, each create-only.</summary>
/// <param name="store">The store of the backup.</param>
/// <param name="inlineLimit">More files than this are listed in parts, one a host; see <see cref="InlineLimit"/>.</param>
public sealed class ManifestWriter(IObjectStore store, int inlineLimit = ManifestWriter.InlineLimit)
{
    /// <summary>Up to this many files are listed in manifest.json itself.</summary>
    public const int InlineLimit = 20_000;

    /// <summary>
    /// Writes all parts, then manifest.json: the moment the backup begins to exist. <paramref name="manifest"/> comes
    /// without files; totals, files, parts and the digest of .meta, which must be there already, are filled in here.
    /// </summary>
    public async Task<BackupManifest> WriteAsync(BackupManifest manifest, IReadOnlyCollection<ManifestFile> files, CancellationToken cancellationToken)
    {
        var name = BackupName.Parse(manifest.Name);
        var sorted = files.OrderBy(f => f.Path, StringComparer.Ordinal).ToList();
        var whole = manifest with { Totals = Sum(sorted), MetaFile = await UpstreamMeta.DigestAsync(store, name, cancellationToken) };
        whole = sorted.Count <= inlineLimit
            ? whole with { Files = sorted }
            : whole with { Parts = await WritePartsAsync(name, sorted, cancellationToken) };
        ManifestRules.Check(whole, name);
        await PutAsync(BackupLayout.Manifest(name), ManifestJson.Serialize(whole), cancellationToken);
        return whole;
    }

    /// <summary>The totals of a list of files.</summary>
    public static ManifestTotals Sum(IReadOnlyCollection<ManifestFile> files)
    {
        var own = files.Where(f => f.In is null).DistinctBy(f => f.At ?? f.Path).ToList();
        return new ManifestTotals(files.Count, files.Sum(f => f.Size), own.Count, own.Sum(f => f.Size));
    }

    /// <summary>The part that lists a path: its host's, or <c>meta</c>.</summary>
    public static string PartOf(string path) =>
        BackupLayout.TryParseDataPath(path, out var data) ? $"manifest/{data.Host}.jsonl.gz" : "manifest/meta.jsonl.gz";

    async Task<IReadOnlyList<ManifestPart>> WritePartsAsync(BackupName name, List<ManifestFile> sorted, CancellationToken cancellationToken)
    {
        var parts = new List<ManifestPart>();
        foreach (var group in sorted.GroupBy(f => PartOf(f.Path)).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var lines = group.ToList();
            foreach (var file in lines) ManifestRules.CheckFile(file, name, [file.In ?? ""]);
            var bytes = Compress(lines);
            await PutAsync($"{name}/{group.Key}", bytes, cancellationToken);
            parts.Add(new ManifestPart(group.Key, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), lines.Count));
        }

        return parts;
    }

    async Task PutAsync(string key, byte[] bytes, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(bytes, writable: false);
        await store.PutAsync(key, content, PutCondition.CreateOnly, cancellationToken);
    }

    static byte[] Compress(IEnumerable<ManifestFile> files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            foreach (var file in files)
            {
                zip.Write(ManifestJson.SerializeLine(file));
                zip.WriteByte((byte)'\n');
            }
        }

        return bytes.ToArray();
    }
}
