using System.Text.Json;
using NebulaKeep.EndToEnd.Tests.Harness;

namespace NebulaKeep.EndToEnd.Tests;

/// <summary>What the product is for, with the programs that a user runs.</summary>
[Trait("Category", "Server")]
public sealed class MainJobTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    readonly LocalCluster cluster = fixture.Cluster;

    [Fact]
    public async Task A_cluster_is_backed_up_destroyed_and_restored_with_every_row()
    {
        var before = await cluster.DigestsAsync();
        before.Sum(space => space.Vertices).ShouldBe(2 * ClusterFixture.Vertices);
        before.Sum(space => space.Edges).ShouldBe(2 * ClusterFixture.Edges);

        var name = await cluster.BackupAsync();
        await cluster.NgqlAsync("DROP SPACE social", "DROP SPACE network");
        (await cluster.DigestsAsync()).ShouldBeEmpty();
        (await cluster.RestoreAsync(name)).ShouldSucceed();

        (await cluster.DigestsAsync()).ShouldBe(before);
        (await cluster.CanWriteAsync()).ShouldBeTrue();
        cluster.Checkpoints().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_restore_takes_back_what_came_after_the_backup()
    {
        var before = await cluster.DigestsAsync();
        var name = await cluster.BackupAsync();
        await cluster.NgqlAsync("USE social", "INSERT VERTEX person(name) VALUES \"later\":(\"x\")", "DELETE VERTEX \"p000000001\"");
        (await cluster.DigestsAsync()).ShouldNotBe(before);
        await cluster.NgqlAsync("USE social", "CREATE TAG later(a int64)");

        (await cluster.RestoreAsync(name)).ShouldSucceed();

        (await cluster.DigestsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_backup_is_shown_and_cleaned_up_and_nothing_of_it_stays()
    {
        var name = await cluster.BackupAsync();

        using var shown = JsonDocument.Parse((await LocalCluster.BrAsync("show", "--storage", cluster.Store, "--output", "json")).ShouldSucceed().Output);
        shown.RootElement.ToString().ShouldContain(name);
        (await cluster.CleanUpAsync(name, more: "--force")).ShouldSucceed();

        (await LocalCluster.BrAsync("show", "--storage", cluster.Store)).ShouldSucceed().Output.ShouldNotContain(name);
        Directory.EnumerateFiles(cluster.StoreFolder, "*", SearchOption.AllDirectories).ShouldNotContain(file => file.Contains(name));
    }

    [Fact]
    public async Task An_incremental_backup_is_proven_kept_with_its_base_and_restored_with_every_row()
    {
        var full = await cluster.BackupAsync();
        await cluster.NgqlAsync("USE social", "INSERT VERTEX person(name) VALUES \"increment\":(\"x\")");
        var before = await cluster.DigestsAsync();
        var increment = await cluster.IncrementAsync();
        increment.ShouldNotBe(full);
        await cluster.NgqlAsync("USE social", "DELETE VERTEX \"increment\"");

        (await LocalCluster.BrAsync("prune", "--storage", cluster.Store, "--keep-last", "1")).ShouldSucceed();
        var shown = (await LocalCluster.BrAsync("show", "--storage", cluster.Store)).ShouldSucceed().Output;
        (shown.Contains($"\n| {increment} "), shown.Contains($"\n| {full} ")).ShouldBe((true, false), shown);
        Directory.EnumerateFiles(Path.Combine(cluster.StoreFolder, full, "data"), "*", SearchOption.AllDirectories).ShouldNotBeEmpty("the increment uses them");
        (await LocalCluster.BrAsync("verify", "--storage", cluster.Store, "--name", increment, "--level", "deep")).ShouldSucceed();
        (await cluster.RestoreAsync(increment)).ShouldSucceed();

        (await cluster.DigestsAsync()).ShouldBe(before);

        // The other tests of this class count what the fixture made.
        await cluster.NgqlAsync("USE social", "DELETE VERTEX \"increment\"");
    }

    [Fact]
    public async Task A_compressed_and_encrypted_root_shows_no_row_and_gives_every_row_back()
    {
        var (store, folder) = ($"{cluster.Store}/sealed", Path.Combine(cluster.StoreFolder, "sealed"));
        var keyFile = Path.Combine(cluster.StoreFolder, "root.key");
        await File.WriteAllTextAsync(keyFile, Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)));
        string[] key = ["--key-file", keyFile];
        var full = await cluster.BackupAsync(store, ["--compress", "zstd", "--encrypt", .. key]);
        await cluster.NgqlAsync("USE social", "INSERT VERTEX person(name) VALUES \"CanaryOfASealedRoot\":(\"x\")");
        var before = await cluster.DigestsAsync();

        var increment = LocalCluster.NameIn((await LocalCluster.BrAsync(["backup", "incr", "--base", full, "--meta", $"{cluster.Metad}", "--storage", store, .. cluster.Tls, .. key])).ShouldSucceed().Output);
        (await LocalCluster.BrAsync(["verify", "--storage", store, "--name", increment, "--level", "deep", .. key])).ShouldSucceed();
        (await LocalCluster.BrAsync("verify", "--storage", store, "--name", increment)).ShouldSatisfyAllConditions(end => end.ExitCode.ShouldBe(1), end => end.Errors.ShouldContain("no key was given"));
        await cluster.NgqlAsync("USE social", "DELETE VERTEX \"CanaryOfASealedRoot\"");
        (await cluster.RestoreAsync(increment, store, key)).ShouldSucceed();

        (await cluster.DigestsAsync()).ShouldBe(before);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "nebulakeep.json"))
        {
            var stored = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            stored.ShouldStartWith("NKSEAL1\n", customMessage: file);
            stored.ShouldNotContain("CanaryOfASealedRoot", customMessage: file);
        }

        // The other tests of this class count what the fixture made.
        await cluster.NgqlAsync("USE social", "DELETE VERTEX \"CanaryOfASealedRoot\"");
    }

    [Fact]
    public async Task Only_the_spaces_asked_for_are_in_a_backup_of_some()
    {
        var name = await cluster.BackupAsync(null, "--spaces", "network");

        var files = Directory.EnumerateFiles(Path.Combine(cluster.StoreFolder, name, "data"), "*", SearchOption.AllDirectories).ToList();

        files.ShouldNotBeEmpty();
        files.Select(file => Path.GetRelativePath(Path.Combine(cluster.StoreFolder, name, "data"), file).Split('/')[2]).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Wrong_usage_changes_nothing_and_ends_with_2()
    {
        (await LocalCluster.BrAsync("backup", "full", "--meta", "nowhere", "--storage", cluster.Store)).ShouldSatisfyAllConditions(
            end => end.ExitCode.ShouldBe(2), end => end.Errors.ShouldContain("host:port"));
        (await LocalCluster.BrAsync("restore", "full", "--meta", $"{cluster.Metad}", "--storage", cluster.Store)).ExitCode.ShouldBe(2);
        cluster.Checkpoints().ShouldBeEmpty();
    }
}
