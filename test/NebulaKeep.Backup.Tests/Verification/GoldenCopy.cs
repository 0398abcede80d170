using System.Globalization;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Backup.Tests.Restores;
using NebulaKeep.Core;
using NebulaKeep.Core.Checksums;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Memory;
using NebulaKeep.ObjectStore.Sealed;

namespace NebulaKeep.Backup.Tests.Verification;

/// <summary>The files of real servers in a backup of this program: what a run would have stored of such hosts, a manifest included.</summary>
sealed class GoldenCopy(Seal? seal = null)
{
    public static readonly BackupName First = BackupName.Parse("BACKUP_2026_11_22_10_11_11");
    public static readonly BackupName Second = BackupName.Parse("BACKUP_2026_11_22_10_11_47");

    readonly Dictionary<string, ManifestFile> stored = new(StringComparer.Ordinal);

    /// <summary>The store itself.</summary>
    public IObjectStore Raw { get; } = new MemoryObjectStore(TimeProvider.System);

    /// <summary>The store through its seal, where there is one.</summary>
    public IObjectStore Store => seal is null ? Raw : SealedStore.Wrap(Raw, seal);

    /// <summary>Stores a golden backup with a manifest.</summary>
    /// <param name="golden">The unpacked originals.</param>
    /// <param name="name">Which of them.</param>
    /// <param name="change">What the disks of the hosts did to a file before it was read; null: it was not there.</param>
    /// <param name="origin">Makes an incremental: files with the same content are shared.</param>
    public async Task<BackupManifest> AddAsync(GoldenBackup golden, BackupName name, Func<string, byte[], byte[]?>? change = null, BackupManifest? origin = null)
    {
        var server = (await UpstreamMeta.ReadAsync(golden.Store, name, CancellationToken.None))!;
        var files = new List<ManifestFile>();
        foreach (var one in await golden.Store.ObjectsAsync($"{name}/"))
        {
            var path = one.Key[(name.Value.Length + 1)..];
            var bytes = await golden.Store.BytesAsync(one.Key);
            if (ManifestRules.IsFilePath(path) && (change is null ? bytes : change(path, bytes)) is { } content) files.Add(await StoreAsync(name, path, content, origin));
        }

        return await new ManifestWriter(Store).WriteAsync(Head(name, server, origin), files, CancellationToken.None);
    }

    async Task<ManifestFile> StoreAsync(BackupName name, string path, byte[] content, BackupManifest? origin)
    {
        using var hasher = new ContentHasher();
        hasher.Append(content);
        var digest = hasher.Current;
        var file = new ManifestFile
        {
            Path = path,
            Size = digest.Size,
            Sha256 = digest.Sha256,
            Crc32C = digest.Crc32C.ToString("x8", CultureInfo.InvariantCulture),
            Inode = 1,
            MtimeNanos = 1,
            Log = path.EndsWith(".wal", StringComparison.Ordinal) ? WalFileReader.Scan(new MemoryStream(content), Path.GetFileName(path)).Range : null,
        };
        if (origin is not null && stored.TryGetValue(file.Sha256, out var known)) return file with { In = origin.Name, At = known.Path == path ? null : known.Path };
        if (origin is null) stored.TryAdd(file.Sha256, file);
        await Store.PutAsync($"{name}/{path}", new MemoryStream(content), PutCondition.CreateOnly, CancellationToken.None);
        return file;
    }

    static BackupManifest Head(BackupName name, ServerBackup server, BackupManifest? origin) => new()
    {
        FormatVersion = BackupManifest.CurrentFormat,
        Name = name.Value,
        Type = origin is null ? BackupType.Full : BackupType.Incremental,
        Mode = origin is null ? null : "share",
        Base = origin?.Name,
        Chain = origin is null ? [] : [origin.Name],
        Cluster = new ManifestCluster(0, "0123456789abcdef", ["127.0.1.1:9559"]),
        CreatedBy = "test",
        Created = server.Created,
        Started = server.Created,
        Ended = server.Created,
        WritesBlocked = new ManifestBlocking(1),
        AllSpaces = server.AllSpaces,
        Spaces = server.Spaces,
        Hosts = server.Hosts(null),
        Totals = new ManifestTotals(0, 0, 0, 0),
    };
}
