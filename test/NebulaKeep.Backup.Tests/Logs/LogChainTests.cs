using NebulaKeep.Backup.Logs;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.Backup.Tests.Logs;

public sealed class LogChainTests
{
    [Fact]
    public void New_files_follow_those_of_the_base() => Names(Join([File(1, 10)], [File(1, 10), File(11, 20)])).ShouldBe([1, 11]);

    [Fact]
    public void Old_files_that_the_leader_has_no_longer_come_from_the_base() => Names(Join([File(1, 10), File(11, 20)], [File(21, 30)])).ShouldBe([1, 11, 21]);

    [Fact]
    public void A_follower_that_was_one_entry_ahead_overlaps() => Names(Join([File(56, 82)], [File(82, 113)])).ShouldBe([56, 82]);

    [Fact]
    public void A_file_of_the_base_that_the_leaders_covers_is_left_out() => Names(Join([File(1, 10), File(11, 15)], [File(11, 20)])).ShouldBe([1, 11]);

    [Fact]
    public void Without_new_entries_the_bases_log_is_the_chain() => Names(Join([File(1, 10)], [File(1, 10)])).ShouldBe([1]);

    [Fact]
    public void A_gap_between_base_and_leader_is_refused() => Problem([File(1, 80)], [File(105, 117)]).ShouldContain("entries 81 to 104 are missing");

    [Fact]
    public void A_gap_in_the_leaders_log_is_refused() => Problem([File(1, 10)], [File(11, 20), File(22, 30)]).ShouldContain("has a gap");

    [Fact]
    public void A_gap_in_the_base_is_refused() => Problem([File(1, 10), File(12, 20)], [File(21, 30)]).ShouldContain("the log in the base has a gap");

    [Fact]
    public void A_cut_file_is_refused() => Problem([File(1, 10)], [new LogFile("0000000000000000011.wal", null)]).ShouldContain("0000000000000000011.wal, which is cut or damaged");

    [Fact]
    public void A_missing_log_is_refused() => Problem([File(1, 10)], []).ShouldContain("is empty");

    [Fact]
    public void A_leader_that_is_behind_the_base_is_refused() => Problem([File(1, 10)], [File(1, 8)]).ShouldContain("ends with 8, the base already had 10");

    [Fact]
    public void An_entry_that_another_leader_replaced_is_refused() => Problem([File(56, 82)], [File(82, 113, 2)]).ShouldContain("entry 82 may have been replaced");

    [Fact]
    public void An_overlap_in_a_file_of_several_terms_is_refused() => Problem([File(56, 82)], [new LogFile(WalFileName.Of(80), new LogRange(80, 1, 113, 2))]).ShouldContain("may have been replaced");

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(56, 82, true)]
    [InlineData(80, 82, true)]
    [InlineData(81, 82, false)]
    [InlineData(83, 82, false)]
    public void A_chain_reaches_back_to_the_followers_that_lag_by_two(long first, long from, bool reaches) => LogChain.ReachesBack(first, from).ShouldBe(reaches);

    static LogFile File(long first, long last, long term = 1) => new(WalFileName.Of(first), new LogRange(first, term, last, term));

    static LogChain Join(LogFile[] own, LogFile[] source)
    {
        var (chain, problem) = LogChain.Join(own, source);
        problem.ShouldBeNull();
        return chain.ShouldNotBeNull();
    }

    static string Problem(LogFile[] own, LogFile[] source) => LogChain.Join(own, source).Problem.ShouldNotBeNull();

    static IEnumerable<long> Names(LogChain chain) => chain.Files.Select(f => WalFileName.TryParse(f.Name, out var first) ? first : 0);
}
