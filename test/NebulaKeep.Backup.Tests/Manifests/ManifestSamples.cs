using NebulaKeep.Backup.Manifests;

namespace NebulaKeep.Backup.Tests.Manifests;

/// <summary>Manifests for tests.</summary>
static class ManifestSamples
{
    public const string Name = "BACKUP_2026_11_22_08_05_13";
    public static readonly string Sha = new('a', 64);

    public static BackupManifest Empty => new()
    {
        FormatVersion = 1,
        Name = Name,
        Type = BackupType.Full,
        Cluster = new ManifestCluster(0, "0123456789abcdef", ["n1:9559"], "3.8.0"),
        CreatedBy = "test",
        Created = DateTimeOffset.UnixEpoch.AddYears(56),
        Started = DateTimeOffset.UnixEpoch.AddYears(56),
        Ended = DateTimeOffset.UnixEpoch.AddYears(56).AddSeconds(9),
        WritesBlocked = new ManifestBlocking(120),
        AllSpaces = true,
        Spaces = [new ManifestSpace(1, "people", 3, 1, "INT64", ["default_zone_n1_9779"])],
        Hosts = [new ManifestHost("n1:9779", "/srv/n1", ["/srv/n1/data"], [new ManifestCheckpoint(1, "data0", "/srv/n1/data", [new ManifestLeader(1, 7, 2)])])],
        Totals = new ManifestTotals(0, 0, 0, 0),
        Files = [],
    };

    public static ManifestFile File(string path, long size = 3) => new()
    {
        Path = path,
        Size = size,
        Sha256 = Sha,
        Crc32C = "0badcafe",
        Inode = 12,
        MtimeNanos = 1_795_342_272_000_000_001,
    };

    public static BackupManifest With(params ManifestFile[] files) => Empty with { Files = files, Totals = ManifestWriter.Sum(files) };
}
