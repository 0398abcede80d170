using System.Buffers.Binary;
using System.Text;
using NebulaKeep.RocksDb;

namespace NebulaKeep.Backup.Verification.Deep;

/// <summary>Reads metad's exported tables as metad does at a restore: they are ingested into a database, here an empty one.</summary>
/// <param name="folder">Where to make databases.</param>
sealed class TableReader(ScratchFolder folder) : IDisposable
{
    /// <summary>The tables that say what must be in a backup (spec/cluster-layout.md §6).</summary>
    public const string Spaces = "__spaces__";

    /// <summary>See <see cref="Spaces"/>.</summary>
    public const string Parts = "__parts__";

    const int PeersAsText = 2;
    RocksDatabase? database;

    /// <summary>Ingests a table, reads all of it and gives its rows to <paramref name="see"/>.</summary>
    /// <param name="file">The table's file; it is moved.</param>
    /// <param name="table">The table's name, with which its keys begin.</param>
    /// <exception cref="RocksDbException">metad could not ingest it, or a block of it is damaged. Tables read before and after are not concerned.</exception>
    public void Read(string file, string table, RowReader see, CancellationToken cancellationToken)
    {
        database ??= RocksDatabase.Open(folder.MakePath($"database-{Guid.NewGuid():N}"), RocksOptions.ForVerification with { CreateIfMissing = true });
        try
        {
            database.Ingest([file], moveFiles: true);
            // Also the tables before it: they are small, and what fails now is this one.
            database.VerifyChecksums(cancellationToken);
            using var cursor = database.ScanPrefix(Encoding.ASCII.GetBytes(table));
            while (cursor.MoveNext()) see(cursor.Key, cursor.Value);
        }
        catch (RocksDbException)
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        database?.Dispose();
        database = null;
    }

    /// <summary>The space of a row of <see cref="Spaces"/>.</summary>
    public static bool TryParseSpace(ReadOnlySpan<byte> key, out int space)
    {
        space = 0;
        var rest = After(key, Spaces);
        return rest.Length == sizeof(int) && BinaryPrimitives.TryReadInt32LittleEndian(rest, out space);
    }

    /// <summary>The partition and its hosts of a row of <see cref="Parts"/>.</summary>
    public static bool TryParsePart(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, out (int Space, int Partition) part, out IReadOnlyList<string> peers)
    {
        (part, peers) = (default, []);
        var rest = After(key, Parts);
        if (rest.Length != 2 * sizeof(int) || value.Length < sizeof(int) || BinaryPrimitives.ReadInt32LittleEndian(value) != PeersAsText) return false;
        part = (BinaryPrimitives.ReadInt32LittleEndian(rest), BinaryPrimitives.ReadInt32LittleEndian(rest[sizeof(int)..]));
        peers = Encoding.UTF8.GetString(value[sizeof(int)..]).Split(", ", StringSplitOptions.RemoveEmptyEntries);
        return true;
    }

    static ReadOnlySpan<byte> After(ReadOnlySpan<byte> key, string table) =>
        key.StartsWith(Encoding.ASCII.GetBytes(table)) ? key[table.Length..] : [];
}

/// <summary>Sees one row; the bytes are valid during the call.</summary>
delegate void RowReader(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);
