using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Tests.Restores;

public sealed class HostPairingTests
{
    [Fact]
    public void The_same_hosts_stay_where_they_are_with_the_same_paths()
    {
        var pairs = HostPairing.Pair([Host("n1", "/a"), Host("n2", "/a", "/b")], [Storaged("n1", "/a"), Storaged("n2", "/b", "/a")]);

        pairs.ShouldAllBe(p => p.SameAddress);
        pairs[1].DataPaths.ShouldBe(new Dictionary<string, string> { ["/a"] = "/a", ["/b"] = "/b" });
    }

    [Fact]
    public void Other_hosts_are_paired_in_order_of_address()
    {
        var pairs = HostPairing.Pair([Host("n2", "/a"), Host("n10", "/a"), Host("n1", "/a")], [Storaged("m3", "/x"), Storaged("m1", "/x"), Storaged("m2", "/x")]);

        pairs.Select(p => $"{p.From.Address}→{p.To.Address}").ShouldBe(["n1:9779→m1:9779", "n10:9779→m2:9779", "n2:9779→m3:9779"]);
    }

    [Fact]
    public void A_host_with_two_data_paths_goes_to_one_with_two()
    {
        var pairs = HostPairing.Pair([Host("n1", "/a"), Host("n2", "/a", "/b")], [Storaged("m1", "/x", "/y"), Storaged("m2", "/x")]);

        pairs.Single(p => p.From.Address == "n2:9779").To.Address.Host.ShouldBe("m1");
    }

    [Fact]
    public void A_moved_pair_of_path_counts_is_paired_by_count_even_with_known_addresses()
    {
        var pairs = HostPairing.Pair([Host("n1", "/a", "/b"), Host("n2", "/a")], [Storaged("n1", "/x"), Storaged("n2", "/x", "/y")]);

        pairs.Select(p => $"{p.From.Address}→{p.To.Address}").ShouldBe(["n2:9779→n1:9779", "n1:9779→n2:9779"]);
    }

    [Fact]
    public void Another_number_of_storageds_is_refused_with_both_lists() =>
        Should.Throw<RestoreRefusedException>(() => HostPairing.Pair([Host("n1", "/a"), Host("n2", "/a")], [Storaged("m1", "/x")]))
            .Message.ShouldContain("2 storage hosts (n1:9779, n2:9779), the cluster has 1 (m1:9779)");

    [Fact]
    public void A_host_that_held_nothing_may_be_missing_from_the_backup_if_the_others_stay() =>
        HostPairing.Pair([Host("n1", "/a")], [Storaged("n1", "/a"), Storaged("n2", "/a")]).Count.ShouldBe(1);

    [Fact]
    public void Two_data_paths_never_go_into_one() =>
        Should.Throw<RestoreRefusedException>(() => HostPairing.Pair([Host("n1", "/a", "/b")], [Storaged("m1", "/x")])).Message.ShouldContain("--data_path");

    [Fact]
    public void Whatever_the_path_counts_every_host_has_its_own_place_and_no_two_paths_meet() =>
        Prop.ForAll(Cases().ToArbitrary(), one =>
        {
            var (backup, target) = one;
            var feasible = backup.Select(h => h.DataPaths.Count).OrderDescending().Zip(target.Select(d => d.DataPaths.Count).OrderDescending()).All(c => c.First <= c.Second);
            if (Record.Exception(() => HostPairing.Pair(backup, target)) is RestoreRefusedException) return !feasible;
            var pairs = HostPairing.Pair(backup, target);
            return feasible
                && pairs.Select(p => p.To.Address).Distinct().Count() == backup.Count
                && pairs.All(p => p.DataPaths.Count == p.From.DataPaths.Count && p.DataPaths.Values.Distinct().Count() == p.DataPaths.Count && p.DataPaths.Values.All(p.To.DataPaths.Contains));
        }).QuickCheckThrowOnFailure();

    static Gen<(IReadOnlyList<ManifestHost> Backup, IReadOnlyList<Daemon> Target)> Cases() =>
        from count in Gen.Choose(1, 6)
        from sources in Gen.Choose(1, 4).ListOf(count)
        from targets in Gen.Choose(1, 4).ListOf(count)
        from same in Gen.Choose(0, count)
        select (
            (IReadOnlyList<ManifestHost>)[.. sources.Select((paths, i) => Host($"n{i}", Paths(paths)))],
            (IReadOnlyList<Daemon>)[.. targets.Select((paths, i) => Storaged(i < same ? $"n{i}" : $"m{i}", Paths(paths)))]);

    static string[] Paths(int count) => [.. Enumerable.Range(0, count).Select(i => $"/d{i}")];

    static ManifestHost Host(string name, params string[] paths) =>
        new($"{name}:9779", "/srv", paths, [.. paths.Select((p, i) => new ManifestCheckpoint(1, $"data{i}", p, []))]);

    static Daemon Storaged(string name, params string[] paths) => new(DaemonRole.Storage, new HostAddress(name, 9779), "/srv", paths);
}
