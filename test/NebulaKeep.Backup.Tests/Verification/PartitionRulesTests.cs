using NebulaKeep.Backup.Logs;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Verification.Deep;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.Backup.Tests.Verification;

public sealed class PartitionRulesTests
{
    static readonly string[] Hosts = ["n1:9779", "n2:9779", "n3:9779"];

    /// <summary>Partition 1 at entry 10 of term 2, led by the first of three hosts; followers lag.</summary>
    readonly Dictionary<string, EngineSeen> engines = Hosts.ToDictionary(h => h, h => Engine(h, commit: h == Hosts[0] ? 10 : 9, new LogRange(1, 1, 6, 1), new LogRange(7, 2, 10, 2)), StringComparer.Ordinal);

    TablesSeen? tables = new(new HashSet<int> { 1 }, new Dictionary<(int, int), IReadOnlyList<string>> { [(1, 1)] = Hosts });

    [Fact]
    public void What_is_whole_raises_no_alarm() => Nothing(Run());

    [Fact]
    public void A_replica_that_is_not_in_the_database_of_its_host_is_missing()
    {
        engines[Hosts[1]] = engines[Hosts[1]] with { Database = new DatabaseSeen(5, new HashSet<int> { 2 }, new Dictionary<int, long>()) };

        Run().Findings.ShouldHaveSingleItem().ShouldContain("partition 1 of space people (1) is missing");
    }

    [Fact]
    public void Of_a_damaged_database_nothing_is_said()
    {
        engines[Hosts[0]] = engines[Hosts[0]] with { Database = null };

        Nothing(Run());
    }

    [Fact]
    public void A_host_of_the_tables_without_a_checkpoint_is_missed()
    {
        tables = tables! with { Peers = new Dictionary<(int, int), IReadOnlyList<string>> { [(1, 1)] = [.. Hosts, "n4:9779"] } };

        Run().Findings.ShouldHaveSingleItem().ShouldContain("no checkpoint of this space from n4:9779");
    }

    [Fact]
    public void A_partition_of_which_the_tables_do_not_know_the_hosts_is_missed()
    {
        tables = tables! with { Peers = new Dictionary<(int, int), IReadOnlyList<string>>() };

        Run().Findings.ShouldHaveSingleItem().ShouldContain("does not say where partition 1");
    }

    [Theory]
    [InlineData(new[] { 1, 2 }, "knows space 2")]
    [InlineData(new int[0], "does not know space people")]
    public void Spaces_of_the_tables_and_of_the_backup_are_the_same(int[] spaces, string expected)
    {
        tables = tables! with { Spaces = spaces.ToHashSet() };

        Run().Findings.ShouldHaveSingleItem().ShouldContain(expected);
    }

    [Fact]
    public void A_leader_whose_data_and_log_end_before_its_point_lacks_something()
    {
        engines[Hosts[0]] = Engine(Hosts[0], commit: 6, new LogRange(1, 1, 9, 2));

        Run().Findings.ShouldHaveSingleItem().ShouldContain("ends with entry 9, the backup was made at entry 10");
    }

    [Fact]
    public void A_leader_whose_data_reach_its_point_needs_no_log()
    {
        engines[Hosts[0]] = Engine(Hosts[0], commit: 10);

        Run().Findings.ShouldBeEmpty();
    }

    [Fact]
    public void A_point_of_another_term_is_another_history()
    {
        engines[Hosts[0]] = Engine(Hosts[0], commit: 9, new LogRange(1, 1, 10, 1));

        Run().Findings.ShouldHaveSingleItem().ShouldContain("entry 10 is of term 1");
    }

    [Fact]
    public void A_gap_in_any_replica_s_log_is_found()
    {
        engines[Hosts[2]] = Engine(Hosts[2], commit: 9, new LogRange(1, 1, 6, 1), new LogRange(8, 2, 10, 2));

        Run().Findings.ShouldHaveSingleItem().ShouldContain("gap");
    }

    [Fact]
    public void A_log_that_begins_behind_the_data_is_found()
    {
        engines[Hosts[2]] = Engine(Hosts[2], commit: 5, new LogRange(7, 2, 10, 2));

        Run().Findings.ShouldHaveSingleItem().ShouldContain("begins with entry 7, its data ends with 5");
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, false)]
    public void A_checkpoint_without_a_database_holds_a_partition_if_its_log_has_everything(long first, bool whole)
    {
        engines[Hosts[1]] = Engine(Hosts[1], commit: 0, new LogRange(first, 1, 10, 2)) with { Database = DatabaseSeen.None };

        (Run().Findings.Count == 0).ShouldBe(whole);
    }

    [Fact]
    public void A_partition_without_a_leader_is_worth_a_note_and_no_damage()
    {
        var run = Run(led: false);

        run.Findings.ShouldBeEmpty();
        run.Notes.ShouldHaveSingleItem().ShouldContain("had no leader");
    }

    static void Nothing((IReadOnlyList<string> Findings, IReadOnlyList<string> Notes) run)
    {
        run.Findings.ShouldBeEmpty();
        run.Notes.ShouldBeEmpty();
    }

    (IReadOnlyList<string> Findings, IReadOnlyList<string> Notes) Run(bool led = true)
    {
        var (findings, notes) = new PartitionRules(Backup(led), tables, [.. engines.Values]).Run();
        return ([.. findings.Select(f => f.Detail)], notes);
    }

    static BackupContents Backup(bool led) => new()
    {
        Name = BackupName.Parse("BACKUP_2026_11_22_08_05_13"),
        HasManifest = true,
        AllSpaces = true,
        Spaces = [new ManifestSpace(1, "people", 1, 3, "INT64", [])],
        Hosts = [.. Hosts.Select(h => new ManifestHost(h, "/n", ["/n/data"], [new ManifestCheckpoint(1, "data0", "/n/data", led && h == Hosts[0] ? [new ManifestLeader(1, 10, 2)] : [])]))],
        Files = [],
    };

    static EngineSeen Engine(string host, long commit, params LogRange[] log) => new(
        new EnginePlace(host, "data0", 1, "/n/data"),
        new DatabaseSeen(5, new HashSet<int> { 1 }, new Dictionary<int, long> { [1] = commit }),
        log.Length == 0 ? new Dictionary<int, IReadOnlyList<LogFile>?>() : new Dictionary<int, IReadOnlyList<LogFile>?> { [1] = [.. log.Select(r => new LogFile(WalFileName.Of(r.First), r))] });
}
