using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.DevCluster.Wal;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.DevCluster.Tests.Wal;

public sealed class PartitionWalTests : IDisposable
{
    static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, 500, TimeSpan.Zero);
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_was_appended_is_read_also_after_opening_again()
    {
        using (var wal = Open())
        {
            wal.Append(Entries(1, 3));
            wal.Append(Entries(4, 1));
        }

        using var again = Open();
        (again.FirstId, again.LastId, again.LastTerm).ShouldBe((1, 4, 1));
        again.Append(Entries(5, 1));
        Ids(again.ReadFrom(2)).ShouldBe([2, 3, 4, 5]);
        Files().ShouldBe(["0000000000000000001.wal"]);
    }

    [Fact]
    public void A_file_does_not_grow_beyond_its_size()
    {
        using var wal = Open(fileSize: 100);
        wal.Append(Entries(1, 7, messageLength: 8));
        wal.Append([new LogEntry(8, 1, new byte[500])]);
        wal.Append(Entries(9, 1));

        Files().ShouldBe(["0000000000000000001.wal", "0000000000000000003.wal", "0000000000000000005.wal", "0000000000000000007.wal",
            "0000000000000000008.wal", "0000000000000000009.wal"]);
        Ids(wal.ReadFrom(1)).ShouldBe(Enumerable.Range(1, 9).Select(i => (long)i));
    }

    [Fact]
    public void An_entry_that_does_not_follow_is_refused()
    {
        using var wal = Open();
        wal.Append(Entries(5, 1));
        Should.Throw<WalException>(() => wal.Append(Entries(7, 1))).Message.ShouldContain("Entry 7");
        Should.Throw<WalException>(() => wal.Append(Entries(5, 1)));
    }

    [Fact]
    public void A_checkpoint_links_all_files_and_the_next_entry_opens_a_new_one()
    {
        using var wal = Open(fileSize: 100);
        wal.Append(Entries(1, 3, messageLength: 8));

        wal.LinkInto(folder["checkpoint"]);
        wal.Append(Entries(4, 1));

        Directory.GetFiles(folder["checkpoint"]).Select(Path.GetFileName).Order().ShouldBe(["0000000000000000001.wal", "0000000000000000003.wal"]);
        Files()[^1].ShouldBe("0000000000000000004.wal");
        Ids(WalFileReader.ReadEntries(Path.Combine(folder["checkpoint"], "0000000000000000003.wal"))).ShouldBe([3]);
        File.GetLastWriteTimeUtc(Path.Combine(folder["checkpoint"], "0000000000000000003.wal")).ShouldBe(new DateTime(2026, 11, 22, 10, 0, 0, DateTimeKind.Utc));
    }

    [Fact]
    public void An_empty_log_leaves_no_folder_in_a_checkpoint()
    {
        using var wal = Open();
        wal.LinkInto(folder["checkpoint"]);
        Directory.Exists(folder["checkpoint"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(35)]
    public void A_cut_end_of_the_last_file_is_removed(int missing)
    {
        using (var wal = Open()) wal.Append(Entries(1, 3, messageLength: 8));
        Cut(Files()[0], missing);

        using var again = Open();
        again.LastId.ShouldBe(2);
        again.Append(Entries(3, 1));
        Ids(again.ReadFrom(1)).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void Files_before_a_gap_are_removed()
    {
        using (var wal = Open(fileSize: 40)) wal.Append(Entries(1, 5, messageLength: 8));
        File.Delete(Path.Combine(folder["wal"], WalFileName.Of(3)));

        using var again = Open();
        (again.FirstId, again.LastId).ShouldBe((4, 5));
        Files().Length.ShouldBe(2);
    }

    [Fact]
    public void Files_that_overlap_count_from_the_later_one_on()
    {
        using (var wal = Open()) wal.Append(Entries(1, 4));
        using (var other = PartitionWal.Open(folder["other"], new PartitionWalOptions(), new FixedTime(Now), NullLogger.Instance))
            other.Append(Entries(3, 4, term: 2));
        File.Move(Path.Combine(folder["other"], WalFileName.Of(3)), Path.Combine(folder["wal"], WalFileName.Of(3)));

        using var wal2 = Open();
        wal2.ReadFrom(2).Select(entry => (entry.Id, entry.Term)).ShouldBe([(2, 1), (3, 2), (4, 2), (5, 2), (6, 2)]);
    }

    [Fact]
    public void Empty_and_misnamed_files_do_not_count()
    {
        using (var wal = Open()) wal.Append(Entries(1, 2));
        File.WriteAllBytes(Path.Combine(folder["wal"], WalFileName.Of(3)), []);
        File.Copy(Path.Combine(folder["wal"], WalFileName.Of(1)), Path.Combine(folder["wal"], WalFileName.Of(9)));

        using var again = Open();
        again.LastId.ShouldBe(2);
        Files().Length.ShouldBe(1);
    }

    [Fact]
    public void Rolling_back_cuts_files_and_starts_a_new_one()
    {
        using var wal = Open(fileSize: 100);
        wal.Append(Entries(1, 6, messageLength: 8));

        wal.RollBackTo(3);
        (wal.LastId, wal.LastTerm).ShouldBe((3, 1));
        wal.Append(Entries(4, 1, term: 2));

        wal.ReadFrom(1).Select(entry => (entry.Id, entry.Term)).ShouldBe([(1, 1), (2, 1), (3, 1), (4, 2)]);
        Files().ShouldBe(["0000000000000000001.wal", "0000000000000000003.wal", "0000000000000000004.wal"]);
    }

    [Fact]
    public void After_a_reset_the_log_may_start_anywhere()
    {
        using var wal = Open();
        wal.Append(Entries(1, 2));
        wal.Reset();
        (wal.FirstId, wal.LastId).ShouldBe((0, 0));
        wal.Append(Entries(85, 1));
        Files().ShouldBe(["0000000000000000085.wal"]);
    }

    [Fact]
    public void Old_applied_files_go_but_two_stay()
    {
        using var wal = Open(fileSize: 40);
        wal.Append(Entries(1, 5, messageLength: 8));
        for (var id = 1; id <= 5; id++) File.SetLastWriteTimeUtc(Path.Combine(folder["wal"], WalFileName.Of(id)), Now.UtcDateTime.AddHours(-5));

        wal.RemoveOld(committedId: 3, TimeSpan.FromHours(4));
        wal.FirstId.ShouldBe(3);
        wal.RemoveOld(committedId: 9, TimeSpan.FromHours(6));
        wal.FirstId.ShouldBe(3);
        wal.RemoveOld(committedId: 9, TimeSpan.FromHours(4));
        Ids(wal.ReadFrom(1)).ShouldBe([4, 5]);
    }

    [Theory]
    [InlineData(5, 1, 9, LogStart.Continue)]
    [InlineData(5, 6, 9, LogStart.Continue)]
    [InlineData(5, 1, 5, LogStart.Continue)]
    [InlineData(0, 0, 0, LogStart.Continue)]
    [InlineData(0, 1, 3, LogStart.Continue)]
    [InlineData(5, 1, 4, LogStart.Reset)]
    [InlineData(5, 0, 0, LogStart.Reset)]
    [InlineData(5, 7, 9, LogStart.Gap)]
    [InlineData(0, 2, 3, LogStart.Gap)]
    public void The_start_of_a_replica_follows_from_its_commit_mark_and_its_log(long committed, long first, long last, LogStart expected) =>
        LogStarts.Decide(committed, first, last).ShouldBe(expected);

    PartitionWal Open(long fileSize = 1 << 20) =>
        PartitionWal.Open(folder["wal"], new PartitionWalOptions { FileSize = fileSize }, new FixedTime(Now), NullLogger.Instance);

    string[] Files() => [.. Directory.GetFiles(folder["wal"]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    void Cut(string name, int bytes)
    {
        using var file = new FileStream(Path.Combine(folder["wal"], name), FileMode.Open);
        file.SetLength(file.Length - bytes);
    }

    static LogEntry[] Entries(long firstId, int count, int messageLength = 0, long term = 1) =>
        [.. Enumerable.Range(0, count).Select(i => new LogEntry(firstId + i, term, new byte[messageLength]))];

    static IEnumerable<long> Ids(IEnumerable<LogEntry> entries) => entries.Select(entry => entry.Id);
}
