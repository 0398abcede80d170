using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.DevCluster.Codec;
using NebulaKeep.DevCluster.Storage.Engine;
using NebulaKeep.DevCluster.Storage.Replication;
using NebulaKeep.DevCluster.Wal;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.RocksDb;

namespace NebulaKeep.DevCluster.Tests.Storage;

/// <summary>What real servers wrote, read with our own binding and codecs.</summary>
public sealed class GoldenBackupTests
{
    const string First = "backup-full-local.tar.gz";
    const string Second = "backup-full-local-2.tar.gz";

    [Theory]
    [InlineData(First, 3000, 60, 2000)]
    [InlineData(Second, 4499, 100, 2500)]
    public void Every_row_is_there_on_every_replica_and_encodes_to_the_same_bytes(string archive, int players, int teams, int items)
    {
        using var backup = new GoldenBackup(archive);
        foreach (var host in backup.Hosts)
        {
            var a = ReadHost(backup, host, GoldenBackup.SpaceA);
            a.CountOf(GoldenBackup.Player).ShouldBe(players, host);
            a.CountOf(GoldenBackup.Team).ShouldBe(teams, host);
            EdgesFit(a);
            EncodesBack(a);
        }
        var b = new GoldenRows(GoldenBackup.SpaceB);
        foreach (var host in backup.Hosts) ReadInto(b, backup, host, GoldenBackup.SpaceB);
        b.CountOf(GoldenBackup.Item).ShouldBe(items);
        EdgesFit(b);
        EncodesBack(b);
    }

    [Fact]
    public void The_first_backup_has_the_edges_that_were_inserted()
    {
        using var backup = new GoldenBackup(First);
        foreach (var host in backup.Hosts) ReadHost(backup, host, GoldenBackup.SpaceA).OutEdges.Count.ShouldBe(3000, host);
        var b = new GoldenRows(GoldenBackup.SpaceB);
        foreach (var host in backup.Hosts) ReadInto(b, backup, host, GoldenBackup.SpaceB);
        b.OutEdges.Count.ShouldBe(2000);
    }

    [Fact]
    public void The_second_backup_has_the_deletion_and_the_change()
    {
        using var first = new GoldenBackup(First);
        using var second = new GoldenBackup(Second);
        var host = first.Hosts[0];
        var (before, after) = (ReadHost(first, host, GoldenBackup.SpaceA), ReadHost(second, host, GoldenBackup.SpaceA));

        before.Vertex(GoldenBackup.Player, "p000001").ShouldNotBeNull();
        after.Vertex(GoldenBackup.Player, "p000001").ShouldBeNull();
        after.Vertex(GoldenBackup.Player, "p000002")![1].ShouldBe(new Cell.Int(99));
        before.Vertex(GoldenBackup.Player, "p000002")![1].ShouldNotBe(new Cell.Int(99));
    }

    [Theory]
    [InlineData(First)]
    [InlineData(Second)]
    public void Every_vertex_lies_in_the_partition_that_its_id_hashes_to(string archive)
    {
        using var backup = new GoldenBackup(archive);
        foreach (var host in backup.Hosts)
            foreach (var (space, parts) in new[] { (GoldenBackup.SpaceA, 10), (GoldenBackup.SpaceB, 5) })
                foreach (var engine in backup.Engines(host, space))
                {
                    using var database = GoldenBackup.OpenData(engine, space);
                    using var cursor = database.ScanPrefix([(byte)KeyType.Tag]);
                    while (cursor.MoveNext())
                    {
                        StorageKeys.TryParseTag(cursor.Key, GoldenBackup.VidLength(space), out var tag).ShouldBeTrue();
                        var vid = space == GoldenBackup.SpaceB ? tag.PaddedVid : tag.PaddedVid.AsSpan().TrimEnd((byte)0).ToArray();
                        VidHash.PartitionOf(vid, parts).ShouldBe(tag.Partition);
                    }
                }
    }

    [Theory]
    [InlineData(First)]
    [InlineData(Second)]
    public void Every_log_file_reads_to_its_last_byte_and_says_what_the_data_holds(string archive)
    {
        using var backup = new GoldenBackup(archive);
        var logs = 0;
        foreach (var wal in Directory.GetDirectories(backup.Data, "wal", SearchOption.AllDirectories).SelectMany(Directory.GetDirectories))
        {
            long next = 1;
            foreach (var file in Directory.GetFiles(wal).Order(StringComparer.Ordinal))
            {
                var info = WalFileReader.Scan(file);
                (info.IsUsable, info.FirstId, info.ValidLength).ShouldBe((true, next, new FileInfo(file).Length), file);
                foreach (var entry in WalFileReader.ReadEntries(file)) SameBytes(entry);
                next = info.LastId + 1;
            }
            logs++;
        }
        logs.ShouldBe(36);
    }

    [Fact]
    public void Data_of_the_first_backup_with_the_logs_of_the_second_gives_the_second()
    {
        using var first = new GoldenBackup(First);
        using var second = new GoldenBackup(Second);
        using var target = new TemporaryFolder();
        var host = first.Hosts[0];
        CopyFolder(Path.Combine(first.Engines(host, GoldenBackup.SpaceA).Single(), "data"), target["nebula/1/data"]);

        using var engine = SpaceEngine.Open(target.Path, GoldenBackup.SpaceA, GoldenBackup.VidLengthA, new RocksOptions());
        engine.Partitions.ShouldBe(Enumerable.Range(1, 10));
        foreach (var part in engine.Partitions)
        {
            CopyFolder(Path.Combine(second.Engines(host, GoldenBackup.SpaceA).Single(), "wal", part.ToString("D")), target[$"wal/{part}"]);
            var wal = PartitionWal.Open(target[$"wal/{part}"], new PartitionWalOptions(), TimeProvider.System, NullLogger.Instance);
            using var log = new ReplicaLog(engine, part, wal, NullLogger.Instance);
            log.Apply(long.MaxValue);
            log.Committed.LogId.ShouldBe(wal.LastId);
        }

        var replayed = new GoldenRows(GoldenBackup.SpaceA);
        replayed.Read(engine.Database);
        var expected = ReadHost(second, host, GoldenBackup.SpaceA);
        replayed.CountOf(GoldenBackup.Player).ShouldBe(4499);
        replayed.Vertices.Count.ShouldBe(expected.Vertices.Count);
        foreach (var (key, cells) in expected.Vertices) replayed.Vertices[key].ShouldBe(cells);
        replayed.OutEdges.Keys.ToHashSet().SetEquals(expected.OutEdges.Keys).ShouldBeTrue();
    }

    static GoldenRows ReadHost(GoldenBackup backup, string host, int space)
    {
        var rows = new GoldenRows(space);
        ReadInto(rows, backup, host, space);
        return rows;
    }

    static void ReadInto(GoldenRows rows, GoldenBackup backup, string host, int space)
    {
        foreach (var engine in backup.Engines(host, space))
        {
            using var database = GoldenBackup.OpenData(engine, space);
            rows.Read(database);
        }
    }

    static void EdgesFit(GoldenRows rows)
    {
        rows.InEdges.Count.ShouldBe(rows.OutEdges.Count);
        foreach (var (edge, cells) in rows.OutEdges) rows.InEdges[edge].ShouldBe(cells);
    }

    static void EncodesBack(GoldenRows rows)
    {
        foreach (var (schema, row) in rows.Raw)
        {
            var cells = RowCodec.Decode(schema, row);
            var writer = new RowWriter(schema);
            foreach (var column in InOrderOfContents(schema, row)) writer.Set(column, cells[column]);
            var again = writer.Finish(RowCodec.TimestampOf(row));
            if (!again.AsSpan().SequenceEqual(row)) Convert.ToHexString(again).ShouldBe(Convert.ToHexString(row));
        }
    }

    /// <summary>UPDATE sets columns in no particular order, and contents lie in that order: the offsets in the row tell it.</summary>
    static IEnumerable<int> InOrderOfContents(RowSchema schema, byte[] row) => Enumerable.Range(0, schema.Columns.Count)
        .OrderBy(column => schema.Columns[column].IsOutOfLine ? BitConverter.ToInt32(row, 1 + schema.NullBytes + schema.OffsetOf(column)) : 0);

    /// <summary>Whatever was understood of a message is written as it was; changes of the replicas are only read.</summary>
    static void SameBytes(LogEntry entry)
    {
        if (entry.Message.Length == 0) return;
        var message = LogMessage.Parse(entry.Message);
        if (message.Changes.Count > 0) message.Encode().AsSpan().SequenceEqual(entry.Message.Span).ShouldBeTrue($"{message.Operation} of entry {entry.Id}");
    }

    static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
