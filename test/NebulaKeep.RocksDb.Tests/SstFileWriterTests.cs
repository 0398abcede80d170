namespace NebulaKeep.RocksDb.Tests;

public sealed class SstFileWriterTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(RocksCompression.None)]
    [InlineData(RocksCompression.Snappy)]
    [InlineData(RocksCompression.Lz4)]
    public void A_written_file_is_ingested_whole(RocksCompression compression)
    {
        var file = Write("one.sst", compression, "a", "b");
        using var db = RocksDatabase.Open(folder["db"], new RocksOptions());
        db.Put("a"u8, "old"u8);

        db.Ingest([file], moveFiles: false);

        db.Get("a"u8).ShouldBe("v"u8.ToArray());
        db.Get("b"u8).ShouldBe("v"u8.ToArray());
        File.Exists(file).ShouldBeTrue();
    }

    [Fact]
    public void Moved_files_are_gone_afterwards()
    {
        var files = new[] { Write("1.sst", RocksCompression.Snappy, "a"), Write("2.sst", RocksCompression.Snappy, "b") };
        using var db = RocksDatabase.Open(folder["db"], new RocksOptions());

        db.Ingest(files, moveFiles: true);

        db.Get("b"u8).ShouldNotBeNull();
        files.ShouldAllBe(file => !File.Exists(file));
    }

    [Fact]
    public void A_missing_or_broken_file_changes_nothing()
    {
        var good = Write("1.sst", RocksCompression.Snappy, "a");
        File.WriteAllBytes(folder["0.sst"], []);
        using var db = RocksDatabase.Open(folder["db"], new RocksOptions());

        Should.Throw<RocksDbException>(() => db.Ingest([good, folder["none.sst"]], moveFiles: true));
        Should.Throw<RocksDbException>(() => db.Ingest([good, folder["0.sst"]], moveFiles: true));

        db.Get("a"u8).ShouldBeNull();
        File.Exists(good).ShouldBeTrue();
    }

    [Fact]
    public void Keys_out_of_order_and_empty_files_are_refused()
    {
        using var writer = new SstFileWriter(folder["x.sst"], new RocksOptions());
        Should.Throw<RocksDbException>(writer.Finish).Message.ShouldContain("x.sst");
        writer.Put("b"u8, "1"u8);
        Should.Throw<RocksDbException>(() => writer.Put("a"u8, "2"u8));
        writer.Count.ShouldBe(1);
    }

    [Fact]
    public void A_file_that_cannot_be_made_is_an_error_with_its_path() =>
        Should.Throw<RocksDbException>(() => new SstFileWriter(folder["no/such/x.sst"], new RocksOptions()))
            .Message.ShouldContain("no/such/x.sst");

    string Write(string name, RocksCompression compression, params string[] keys)
    {
        using var writer = new SstFileWriter(folder[name], new RocksOptions { Compression = compression });
        foreach (var key in keys) writer.Put(System.Text.Encoding.ASCII.GetBytes(key), "v"u8);
        writer.Finish();
        return folder[name];
    }
}
