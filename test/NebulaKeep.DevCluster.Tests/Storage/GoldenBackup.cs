using System.Formats.Tar;
using System.IO.Compression;
using NebulaKeep.DevCluster.Codec;
using NebulaKeep.RocksDb;

namespace NebulaKeep.DevCluster.Tests.Storage;

/// <summary>A backup that upstream's br made of real 3.8.0 servers, unpacked (three hosts, spaces golden_a = 1 and golden_b = 2).</summary>
sealed class GoldenBackup : IDisposable
{
    public const int SpaceA = 1;
    public const int SpaceB = 2;
    public const int VidLengthA = 32;
    public const int VidLengthB = 8;
    public const int Player = 4;
    public const int Team = 5;
    public const int Follow = 6;
    public const int Item = 4;
    public const int Link = 5;

    /// <summary>Schemas as the exported meta tables of these backups have them.</summary>
    public static readonly IReadOnlyDictionary<(int Space, int Id), RowSchema> Schemas = new Dictionary<(int, int), RowSchema>
    {
        [(SpaceA, Player)] = new(0, [new("name", ColumnType.String, Nullable: false), new("age", ColumnType.Int64), new("score", ColumnType.Double), new("comment_", ColumnType.String)]),
        [(SpaceA, Team)] = new(0, [new("name", ColumnType.FixedString, Length: 16), new("founded", ColumnType.Timestamp)]),
        [(SpaceA, Follow)] = new(0, [new("degree", ColumnType.Int64), new("since", ColumnType.Date)]),
        [(SpaceB, Item)] = new(0, [new("title", ColumnType.String), new("price", ColumnType.Double)]),
        [(SpaceB, Link)] = new(0, [new("weight", ColumnType.Double)]),
    };

    readonly TemporaryFolder folder = new();

    public GoldenBackup(string archive)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", archive));
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        TarFile.ExtractToDirectory(unzipped, folder.Path, overwriteFiles: false);
        Data = Path.Combine(Directory.GetDirectories(folder.Path).Single(), "data");
    }

    /// <summary>Holds a directory for each host.</summary>
    public string Data { get; }

    public IReadOnlyList<string> Hosts => [.. Directory.GetDirectories(Data).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>The engines of a space on a host: directories that hold <c>data</c> and <c>wal</c>.</summary>
    public IReadOnlyList<string> Engines(string host, int space) => [.. Directory.GetDirectories(Path.Combine(Data, host))
        .Select(path => Path.Combine(path, space.ToString("D"))).Where(Directory.Exists).Order(StringComparer.Ordinal)];

    public static int VidLength(int space) => space == SpaceA ? VidLengthA : VidLengthB;

    public static RocksDatabase OpenData(string engine, int space) =>
        RocksDatabase.OpenReadOnly(Path.Combine(engine, "data"), new RocksOptions { PrefixLength = 4 + VidLength(space) });

    public void Dispose() => folder.Dispose();
}
