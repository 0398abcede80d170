using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Tests.Manifests;
using NebulaKeep.Core;
using NebulaKeep.Core.Checksums;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Tests.Fakes;

/// <summary>Writes backups into a store in the order in which a run does, without a cluster: claim, look at the base, objects, .meta, manifest.</summary>
sealed class WrittenBackups(IObjectStore store, int inlineLimit = ManifestWriter.InlineLimit)
{
    public const string Key = "0123456789abcdef";

    /// <summary>A backup whose files share the bytes that its base, or a backup of its base's chain, holds already.</summary>
    /// <returns>Null where the base went while the run began: a run gives up then.</returns>
    public async Task<BackupManifest?> WriteAsync(BackupName name, IReadOnlyDictionary<string, byte[]> files, BackupManifest? origin = null, string key = Key, DateTimeOffset? created = null)
    {
        List<string> chain = origin is null ? [] : [.. origin.Chain, origin.Name];
        var holder = new LeaseHolder("test", "here", 1, DateTimeOffset.UnixEpoch, key);
        await NameClaim.TakeAsync(store, name, RunClaim.Of(holder) with { Base = origin?.Name, Chain = chain, Type = origin is null ? BackupType.Full : BackupType.Incremental }, CancellationToken.None);
        if (origin is not null && await store.StatAsync($"{origin.Name}/manifest.json", CancellationToken.None) is null)
        {
            await NameClaim.ReleaseAsync(store, name, CancellationToken.None);
            return null;
        }

        var listed = new List<ManifestFile>();
        foreach (var (path, content) in files) listed.Add(await SendAsync(name, path, content, origin));
        await UpstreamMeta.WriteAsync(store, name, new BackupMeta { BackupName = name.Value, Full = true, AllSpaces = true, CreateTime = 1 }, CancellationToken.None);
        var manifest = await new ManifestWriter(store, inlineLimit).WriteAsync(Head(name, origin, chain, key, created), listed, CancellationToken.None);
        await NameClaim.ReleaseAsync(store, name, CancellationToken.None);
        return manifest with { Files = listed };
    }

    /// <summary>Random contents, some of the old ones among them.</summary>
    public static Dictionary<string, byte[]> Contents(Random random, int count, IReadOnlyDictionary<string, byte[]>? old = null)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var path = i == 0 ? "meta/__spaces__.sst" : $"data/n1:9779/data0/1/data/{i:000000}.sst";
            var content = old?.GetValueOrDefault(path) is { } before && random.Next(3) > 0 ? before : new byte[1 + random.Next(200)];
            if (content != old?.GetValueOrDefault(path)) random.NextBytes(content);
            files[path] = content;
        }

        return files;
    }

    async Task<ManifestFile> SendAsync(BackupName name, string path, byte[] content, BackupManifest? origin)
    {
        using var hasher = new ContentHasher();
        hasher.Append(content);
        var digest = hasher.Current;
        var file = ManifestSamples.File(path, content.Length) with { Sha256 = digest.Sha256, Crc32C = digest.Crc32C.ToString("x8", System.Globalization.CultureInfo.InvariantCulture) };
        if (origin?.Files!.FirstOrDefault(f => f.Sha256 == file.Sha256 && f.Size == file.Size) is { } known)
            return file with { In = known.In ?? origin.Name, At = (known.At ?? known.Path) == path ? null : known.At ?? known.Path };
        await store.PutAsync($"{name}/{path}", new MemoryStream(content), PutCondition.Overwrite, CancellationToken.None);
        return file;
    }

    static BackupManifest Head(BackupName name, BackupManifest? origin, List<string> chain, string key, DateTimeOffset? created)
    {
        var full = ManifestSamples.Empty with { Name = name.Value, Files = null, Cluster = new ManifestCluster(0, key, [$"{key}:9559"]), Created = created ?? ManifestSamples.Empty.Created };
        return origin is null ? full : full with { Type = BackupType.Incremental, Mode = "share", Base = origin.Name, Chain = chain };
    }
}
