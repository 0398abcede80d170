using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.RocksDb;

namespace NebulaKeep.DevCluster.Meta.Store;

/// <summary>Which rows a backup contains: spaces by id and name, and whether it is a backup of all spaces.</summary>
sealed record ExportScope(IReadOnlySet<int> SpaceIds, IReadOnlySet<string> SpaceNames, bool AllSpaces);

/// <summary>Writes metad's tables as SST files, one a table that has rows (spec/backup-flow.md §2.5).</summary>
static class MetaExport
{
    static readonly RocksOptions Options = new() { Compression = RocksCompression.Snappy, BloomBitsPerKey = 0, BlockSize = 4096 };

    /// <summary>Writes the files into the directory, which is made; answers their absolute paths.</summary>
    public static IReadOnlyList<string> Write(MetaStore store, ExportScope scope, string directory)
    {
        System.IO.Directory.CreateDirectory(directory);
        return [.. Tables(scope.AllSpaces).Select(table => WriteTable(store, scope, table, directory)).OfType<string>()];
    }

    /// <summary>True when a row of the table belongs to the backup.</summary>
    public static bool Includes(string table, ExportScope scope, ReadOnlySpan<byte> key)
    {
        if (table == MetaTables.Index) return IncludesName(scope, key);
        return !MetaTables.ExportedPerSpace.Contains(table) || scope.SpaceIds.Contains(MetaKeys.SpaceOf(table, key));
    }

    // A backup of all spaces exports every name, also of a space created meanwhile whose row is missing (observed with NebulaGraph 3.8.0).
    static bool IncludesName(ExportScope scope, ReadOnlySpan<byte> key)
    {
        if (scope.AllSpaces) return true;
        var reader = MetaKeys.After(MetaTables.Index, key);
        return (NameKind)reader.Byte() switch
        {
            NameKind.Space => scope.SpaceNames.Contains(reader.Rest()),
            NameKind.Tag or NameKind.Edge or NameKind.Index => scope.SpaceIds.Contains(reader.Int32()),
            _ => false,
        };
    }

    static IEnumerable<string> Tables(bool allSpaces) =>
    [
        .. MetaTables.ExportedPerSpace,
        .. allSpaces ? MetaTables.ExportedWithAllSpaces : [],
        .. MetaTables.ExportedAlways,
        MetaTables.Index,
    ];

    static string? WriteTable(MetaStore store, ExportScope scope, string table, string directory)
    {
        var rows = store.Scan(table).Where(row => Includes(table, scope, row.Key)).ToList();
        if (rows.Count == 0) return null;
        var path = Path.Combine(directory, table + ".sst");
        using var writer = new SstFileWriter(path, Options);
        foreach (var row in rows) writer.Put(row.Key, row.Value);
        writer.Finish();
        return path;
    }
}
