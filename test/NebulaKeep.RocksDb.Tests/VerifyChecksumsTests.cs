using System.Text;

namespace NebulaKeep.RocksDb.Tests;

public sealed class VerifyChecksumsTests : IDisposable
{
    /// <summary>The footer ends with padding of which no reader takes notice.</summary>
    const int FooterLength = 53;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_changed_bit_anywhere_in_a_table_is_found()
    {
        var random = new Random(1);
        MakeCheckpoint(random);
        foreach (var table in Directory.GetFiles(folder["copy"], "*.sst"))
        {
            var before = File.ReadAllBytes(table);
            for (var i = 0; i < 200; i++)
            {
                var position = random.Next(before.Length - FooterLength);
                var changed = before.ToArray();
                changed[position] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(table, changed);

                Failure().ShouldNotBeNull($"{Path.GetFileName(table)} at {position} of {before.Length}");
            }
            File.WriteAllBytes(table, before);
        }

        Failure().ShouldBeNull();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void A_cut_table_is_found(int bytes)
    {
        MakeCheckpoint(new Random(1));
        var table = Directory.GetFiles(folder["copy"], "*.sst")[0];
        using (var file = File.OpenWrite(table)) file.SetLength(file.Length - bytes);

        Failure().ShouldNotBeNull();
    }

    [Fact]
    public void A_missing_table_is_found()
    {
        MakeCheckpoint(new Random(1));
        var table = Directory.GetFiles(folder["copy"], "*.sst")[1];
        File.Delete(table);

        Failure().ShouldNotBeNull().ShouldContain(Path.GetFileNameWithoutExtension(table));
    }

    [Fact]
    public void Damage_in_the_log_of_the_database_is_not_taken_for_its_end()
    {
        using (var db = RocksDatabase.Open(folder["copy"], new RocksOptions()))
            for (var i = 0; i < 100; i++) db.Put(Encoding.ASCII.GetBytes($"{i:000}"), "some value"u8);
        var log = Directory.GetFiles(folder["copy"], "*.log").Single();
        var bytes = File.ReadAllBytes(log);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(log, bytes);

        Failure().ShouldNotBeNull();
    }

    [Fact]
    public void Entries_of_all_tables_are_counted_those_of_deleted_ranges_too()
    {
        MakeCheckpoint(new Random(1));
        using var db = RocksDatabase.OpenReadOnly(folder["copy"], RocksOptions.ForVerification);

        db.VerifyChecksums(CancellationToken.None).ShouldBe(4000);
        Should.Throw<OperationCanceledException>(() => db.VerifyChecksums(new CancellationToken(canceled: true)));
    }

    string? Failure()
    {
        try
        {
            using var db = RocksDatabase.OpenReadOnly(folder["copy"], RocksOptions.ForVerification);
            db.VerifyChecksums(CancellationToken.None);
            return null;
        }
        catch (RocksDbException e)
        {
            return e.Message;
        }
    }

    /// <summary>Tables with many versions of the same keys, with a deleted range, and without filters: see <see cref="RocksDatabase.VerifyChecksums"/>.</summary>
    void MakeCheckpoint(Random random)
    {
        using var db = RocksDatabase.Open(folder["db"], new RocksOptions { BloomBitsPerKey = 0 });
        for (var version = 0; version < 3; version++)
        {
            for (var i = 0; i < 2000; i++)
            {
                var value = new byte[40];
                random.NextBytes(value);
                db.Put(Encoding.ASCII.GetBytes($"{i:00000000}{version % 2}"), value);
            }

            if (version != 0) db.Flush();       // three tables in all: RocksDB would compact four while they are copied
        }

        db.DeleteRange("00000100"u8, "00001900"u8);
        db.Flush();
        db.CreateCheckpoint(folder["copy"]);
    }
}
