using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Agent.Pull;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Restores.Pulls;
using NebulaKeep.Core.Checksums;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Memory;
using NebulaKeep.Testing;
using NebulaKeep.Testing.Stores;

namespace NebulaKeep.Agent.Tests.Pull;

/// <summary>A backup of two storageds in memory, and a host of a new cluster that has mounted two empty volumes.</summary>
sealed class PullScene : IDisposable
{
    public const string Name = "BACKUP_2026_11_22_08_05_13";
    readonly TemporaryFolder folder = new();

    PullScene()
    {
        foreach (var volume in new[] { "data", "data1" }) Directory.CreateDirectory(folder.File(volume));
    }

    public MemoryObjectStore Objects { get; } = new(TimeProvider.System);

    /// <summary>How the store goes wrong; null for not at all.</summary>
    public Action<FaultyObjectStore> Faults { get; set; } = _ => { };

    /// <summary>Reads of the last run.</summary>
    public int Reads { get; private set; }

    public PullPlan Plan { get; set; } = new()
    {
        Restore = "restore-1",
        Backup = Name,
        MetaTries = 2,
        Hosts = ["old-a:9779", "old-b:9779"],
        MetaFiles = ["__spaces__.sst"],
        Partitions = new Dictionary<string, int> { ["people"] = 2 },
    };

    public IReadOnlyList<string> DataPaths => [folder.File("data/storage"), folder.File("data1/storage")];

    public string MetaPath => folder.File("data/meta");

    public static async Task<PullScene> CreateAsync()
    {
        var scene = new PullScene();
        List<ManifestFile> files = [];
        foreach (var (path, content) in Contents) files.Add(await scene.PutAsync(path, content));
        await new ManifestWriter(scene.Objects).WriteAsync(Head, files, CancellationToken.None);
        return scene;
    }

    /// <summary>What a host has in the end, by path below the volumes, without marks.</summary>
    public IReadOnlyDictionary<string, string> Files => Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
        .Where(path => !path.EndsWith(PullMark.FileName, StringComparison.Ordinal))
        .ToDictionary(path => Path.GetRelativePath(folder.Path, path), File.ReadAllText, StringComparer.Ordinal);

    public Task RunStoragedAsync(int ordinal) => RunAsync(new PullSettings { Plan = "", IsMetad = false, Ordinal = ordinal, DataPaths = DataPaths, Store = Store });

    public Task RunMetadAsync(Func<StoreSettings>? store = null) => RunAsync(new PullSettings { Plan = "", IsMetad = true, Ordinal = 0, DataPaths = [MetaPath], Store = store ?? Store });

    public void Write(string path, string content) => folder.Write(path, content);

    public void Dispose() => folder.Dispose();

    static StoreSettings Store() => new() { Uri = StoreUri.Parse("s3://b") };

    async Task RunAsync(PullSettings settings)
    {
        var faulty = new FaultyObjectStore(Objects);
        Faults(faulty);
        try
        {
            await new Puller(settings, _ => faulty, TimeProvider.System, NullLogger.Instance).RunAsync(Plan, CancellationToken.None);
        }
        finally
        {
            Reads = faulty.Count(StoreCall.Read);
        }
    }

    async Task<ManifestFile> PutAsync(string path, string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        await Objects.PutAsync($"{Name}/{path}", new MemoryStream(bytes), PutCondition.Overwrite, CancellationToken.None);
        return new ManifestFile { Path = path, Size = bytes.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)), Crc32C = "0badcafe", Inode = 1, MtimeNanos = 1 };
    }

    static IEnumerable<(string Path, string Content)> Contents =>
    [
        ("meta/__spaces__.sst", "spaces"),
        ("data/old-a:9779/data0/1/data/CURRENT", "a0"), ("data/old-a:9779/data0/1/wal/1/1.wal", "a0-wal"),
        ("data/old-b:9779/data0/1/data/CURRENT", "b0"), ("data/old-b:9779/data1/1/data/CURRENT", "b1"),
    ];

    static BackupManifest Head => new()
    {
        FormatVersion = 1,
        Name = Name,
        Type = BackupType.Full,
        Cluster = new ManifestCluster(0, "0123456789abcdef", ["old-m:9559"]),
        CreatedBy = "test",
        Created = DateTimeOffset.UnixEpoch,
        Started = DateTimeOffset.UnixEpoch,
        Ended = DateTimeOffset.UnixEpoch,
        WritesBlocked = new ManifestBlocking(1),
        AllSpaces = true,
        Spaces = [new ManifestSpace(1, "people", 2, 1, "INT64", ["a", "b"])],
        Hosts =
        [
            new ManifestHost("old-a:9779", "/srv", ["/srv/d"], [new ManifestCheckpoint(1, "data0", "/srv/d", [])]),
            new ManifestHost("old-b:9779", "/srv", ["/srv/d", "/srv/e"], [new ManifestCheckpoint(1, "data0", "/srv/e", []), new ManifestCheckpoint(1, "data1", "/srv/d", [])]),
        ],
        Totals = new ManifestTotals(0, 0, 0, 0),
    };
}
