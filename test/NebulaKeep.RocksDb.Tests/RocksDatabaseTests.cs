using System.Globalization;
using System.Text;

namespace NebulaKeep.RocksDb.Tests;

public sealed class RocksDatabaseTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_was_put_is_there_after_opening_again()
    {
        using (var db = Open("db"))
        {
            db.Put("a"u8, "1"u8);
            db.Put("b"u8, ""u8);
            db.Delete("a"u8);
        }

        using var again = Open("db");
        again.Get("a"u8).ShouldBeNull();
        again.Get("b"u8).ShouldBe([]);
    }

    [Fact]
    public void A_batch_is_taken_in_its_order()
    {
        using var db = Open("db");
        using var batch = new RocksBatch();
        batch.Put("a"u8, "1"u8);
        batch.Put("b"u8, "2"u8);
        batch.Put("c"u8, "3"u8);
        batch.DeleteRange("a"u8, "c"u8);
        batch.Put("a"u8, "4"u8);
        batch.Count.ShouldBe(5);

        db.Write(batch);

        All(db).ShouldBe(["a=4", "c=3"]);
    }

    [Fact]
    public void A_scan_gives_exactly_the_keys_between_its_bounds_also_across_bloom_prefixes()
    {
        using var db = RocksDatabase.Open(folder["db"], new RocksOptions { PrefixLength = 2 });
        for (var i = 0; i < 1000; i++) db.Put(Encoding.ASCII.GetBytes($"{i:0000}"), "v"u8);
        db.Flush();

        Keys(db.Scan("0100"u8, "0400"u8)).ShouldBe(Enumerable.Range(100, 300).Select(i => $"{i:0000}"));
        Keys(db.ScanPrefix("05"u8)).Count.ShouldBe(100);
        Keys(db.ScanPrefix([])).Count.ShouldBe(1000);
        db.Get("0999"u8).ShouldNotBeNull();
    }

    [Fact]
    public void Seeking_goes_to_the_next_key_at_or_after()
    {
        using var db = Open("db");
        db.Put("b"u8, "1"u8);
        db.Put("d"u8, "2"u8);
        using var cursor = db.ScanPrefix([]);

        cursor.Seek("c"u8).ShouldBeTrue();

        Encoding.ASCII.GetString(cursor.Key).ShouldBe("d");
        cursor.MoveNext().ShouldBeFalse();
        Should.Throw<InvalidOperationException>(() => cursor.Key.Length);
    }

    [Fact]
    public void A_cursor_sees_the_state_of_its_start_and_keeps_the_database_open()
    {
        var db = Open("db");
        db.Put("a"u8, "1"u8);
        var cursor = db.ScanPrefix([]);
        db.Put("b"u8, "2"u8);
        db.Dispose();

        cursor.MoveNext().ShouldBeTrue();
        cursor.MoveNext().ShouldBeFalse();
        Should.Throw<RocksDbException>(() => Open("db")).Message.ShouldContain("LOCK");

        cursor.Dispose();
        cursor.Dispose();
        Open("db").Dispose();
    }

    [Fact]
    public void A_checkpoint_is_whole_and_shares_files_with_the_database()
    {
        using var db = Open("db");
        db.Put("a"u8, "1"u8);

        db.CreateCheckpoint(folder["copy"]);
        db.Put("a"u8, "2"u8);

        using var copy = RocksDatabase.OpenReadOnly(folder["copy"], new RocksOptions());
        copy.Get("a"u8).ShouldBe("1"u8.ToArray());
        Directory.GetFiles(folder["copy"], "*.sst").Length.ShouldBe(1);
        File.Exists(Path.Combine(folder["copy"], "IDENTITY")).ShouldBeFalse();
        Should.Throw<RocksDbException>(() => db.CreateCheckpoint(folder["copy"])).Message.ShouldContain(folder["copy"]);
    }

    [Fact]
    public void Opening_read_only_changes_no_byte_and_reads_what_only_the_log_holds()
    {
        using (var db = Open("db")) db.Put("a"u8, "1"u8);
        var before = Directory.GetFiles(folder["db"]).ToDictionary(file => file, File.ReadAllBytes);

        using (var db = RocksDatabase.OpenReadOnly(folder["db"], new RocksOptions()))
        {
            db.Get("a"u8).ShouldBe("1"u8.ToArray());
            Should.Throw<RocksDbException>(() => db.Put("b"u8, "2"u8));
        }

        foreach (var (file, bytes) in before) File.ReadAllBytes(file).ShouldBe(bytes, file);
    }

    [Fact]
    public void Opening_what_is_not_there_says_what_and_where()
    {
        var error = Should.Throw<RocksDbException>(() => RocksDatabase.OpenReadOnly(folder["nothing"], new RocksOptions()));
        error.Message.ShouldContain("read-only");
        error.Message.ShouldContain(folder["nothing"]);
    }

    [Fact]
    public void Properties_are_text_or_null()
    {
        using var db = Open("db");
        db.Put("a"u8, "1"u8);
        db.Property("rocksdb.estimate-num-keys").ShouldBe("1");
        db.Property("rocksdb.nonsense").ShouldBeNull();
    }

    [Fact]
    public void Compacting_removes_deleted_keys_from_the_files()
    {
        using var db = Open("db");
        for (var i = 0; i < 100; i++) db.Put(Encoding.ASCII.GetBytes($"{i:000}"), "v"u8);
        db.Flush();
        db.DeleteRange("000"u8, "099"u8);
        db.Compact();
        All(db).ShouldBe(["099=v"]);
        db.Property("rocksdb.estimate-num-keys").ShouldBe("1");
    }

    [Fact]
    public void The_options_file_names_what_the_servers_have()
    {
        using var db = RocksDatabase.Open(folder["db"], new RocksOptions { PrefixLength = 36, WriteBufferSize = 131072 });
        var text = File.ReadAllText(Directory.GetFiles(folder["db"], "OPTIONS-*").Single());
        foreach (var line in new[]
                 {
                     "prefix_extractor=rocksdb.CappedPrefix.36", "compression=kLZ4Compression", "filter_policy=bloomfilter:10:false",
                     "whole_key_filtering=false", "block_size=8192", "write_buffer_size=131072", "format_version=5", "checksum=kXXH3",
                 })
            text.ShouldContain(line);
    }

    [Fact]
    public void Reading_many_large_values_leaves_no_memory_behind()
    {
        using var db = Open("db");
        db.Put("a"u8, new byte[1 << 20]);
        ReadTimes(db, 50);
        var before = Environment.WorkingSet;

        ReadTimes(db, 600);

        (Environment.WorkingSet - before).ShouldBeLessThan(300L << 20);
    }

    [Fact]
    public void Many_cursors_and_batches_leave_no_memory_behind()
    {
        using var db = Open("db");
        db.Put("a"u8, new byte[1000]);
        Churn(db, 1000);
        var before = Environment.WorkingSet;

        Churn(db, 15_000);

        (Environment.WorkingSet - before).ShouldBeLessThan(100L << 20);
    }

    RocksDatabase Open(string name) => RocksDatabase.Open(folder[name], new RocksOptions());

    static void ReadTimes(RocksDatabase db, int times)
    {
        for (var i = 0; i < times; i++) db.Get("a"u8)!.Length.ShouldBe(1 << 20);
    }

    static void Churn(RocksDatabase db, int times)
    {
        var value = new byte[4000];
        for (var i = 0; i < times; i++)
        {
            using var batch = new RocksBatch();
            batch.Put("b"u8, value);
            using var cursor = db.Scan("a"u8, "b"u8);
            cursor.MoveNext().ShouldBeTrue();
        }
    }

    static List<string> Keys(RocksCursor cursor)
    {
        using (cursor)
        {
            var keys = new List<string>();
            while (cursor.MoveNext()) keys.Add(Encoding.ASCII.GetString(cursor.Key));
            return keys;
        }
    }

    static List<string> All(RocksDatabase db)
    {
        using var cursor = db.ScanPrefix([]);
        var all = new List<string>();
        while (cursor.MoveNext())
            all.Add(string.Create(CultureInfo.InvariantCulture, $"{Encoding.ASCII.GetString(cursor.Key)}={Encoding.ASCII.GetString(cursor.Value)}"));
        return all;
    }
}
