using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Sharing;
using NebulaKeep.Backup.Verification;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Codec;
using NebulaKeep.RocksDb;
using NebulaKeep.Testing;

namespace NebulaKeep.DevCluster.Tests.Cluster;

/// <summary>
/// A base and the raft log since it, both of real servers, restored by the rules of mode wal: every replica must hold byte for byte what
/// the real leaders held. Broken in the ways in which real servers crashed or lost data, they are refused.
/// </summary>
public sealed class GoldenIncrementTests : IDisposable
{
    const int MostLooks = 60;
    readonly GoldenIncrement golden = new();

    public void Dispose() => golden.Dispose();

    async Task<VerifyReport> DeepAsync(BackupName name, GoldenIncrement? other = null)
    {
        using var scratch = new TemporaryFolder();
        var verifier = new BackupVerifier((other ?? golden).Store, TimeProvider.System, new Random(1), new SilentObserver());
        return await verifier.RunAsync(new VerifyRequest { Name = name, Level = VerifyLevel.Deep, Scratch = scratch.Path }, CancellationToken.None);
    }

    [Fact]
    public async Task Every_replica_holds_exactly_the_keys_and_values_of_the_second_point()
    {
        await golden.MakeAsync();
        await using var cluster = new WholeCluster(new ClusterShape { RaftHeartbeat = TimeSpan.FromSeconds(1) });
        await golden.RestoreAsync(cluster);
        var expected = GoldenIncrement.Expected();
        await cluster.LeadingAsync(expected.Count);
        await RowsAreReadAsync(cluster);

        // Followers commit with their leader's next message.
        var seen = await CheckpointAsync(cluster);
        for (var i = 0; i < MostLooks && !seen.TrueForAll(r => (r.Keys, r.Digest) == expected[r.Partition]); i++) seen = await CheckpointAsync(cluster);

        seen.Count.ShouldBe(57);
        foreach (var (place, partition, keys, digest) in seen) (keys, digest).ShouldBe(expected[partition], $"{partition} in {place}");
    }

    [Fact]
    public async Task A_deep_look_finds_base_and_increment_whole_and_a_log_that_a_replica_lacks()
    {
        await golden.MakeAsync();
        foreach (var name in new[] { GoldenIncrement.Base, GoldenIncrement.Increment })
        {
            var report = await DeepAsync(name);
            report.Findings.ShouldBeEmpty();
            report.Deep!.Logs.ShouldBe(name == GoldenIncrement.Base ? 42 : 57);
        }

        using var broken = new GoldenIncrement();
        await broken.MakeAsync(files => files.Where(f => !f.Path.StartsWith("data/127.0.5.2:9779/data0/1/wal/3/", StringComparison.Ordinal)));
        (await DeepAsync(GoldenIncrement.Increment, broken)).Findings.ShouldHaveSingleItem().Detail.ShouldContain("a log for 2 of 3 replicas");
    }

    [Fact]
    public async Task A_log_that_ends_before_the_leaders_point_is_refused()
    {
        Directory.Delete(golden["incr/storage/127.0.5.1/data0/1/wal/2"], recursive: true);
        await RefusedAsync("the log ends with entry 80, the leader was at 112");
    }

    [Fact]
    public async Task A_gap_after_the_base_is_refused()
    {
        File.Delete(golden["incr/storage/127.0.5.1/data0/1/wal/2/0000000000000000081.wal"]);
        await RefusedAsync("has a gap: 0000000000000000054.wal ends with entry 80, 0000000000000000105.wal follows");
    }

    [Fact]
    public async Task A_base_log_that_is_missing_is_refused()
    {
        foreach (var host in new[] { "127.0.5.1", "127.0.5.2", "127.0.5.3" })
            foreach (var path in Directory.GetDirectories(golden[$"base/storage/{host}"]).Select(p => Path.Combine(p, "1/wal/1")).Where(Directory.Exists)) Directory.Delete(path, recursive: true);
        await RefusedAsync("has no log in the base");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1500)]
    public async Task A_cut_end_is_refused(int bytes)
    {
        using (var file = File.OpenWrite(golden["incr/storage/127.0.5.2/data0/1/wal/1/0000000000000000086.wal"])) file.SetLength(file.Length - bytes);
        await RefusedAsync("0000000000000000086.wal, which is cut or damaged");
    }

    [Fact]
    public async Task A_log_on_a_minority_is_refused_before_anything_is_stopped()
    {
        await golden.MakeAsync(files => files.Where(f => !f.Path.StartsWith("data/127.0.5.1:9779/data0/1/wal/1/", StringComparison.Ordinal) && !f.Path.StartsWith("data/127.0.5.3:9779/data0/1/wal/1/", StringComparison.Ordinal)));

        (await Should.ThrowAsync<RestoreRefusedException>(() => golden.CheckAsync())).Message.ShouldContain("has a log for 1 of 3 replicas");
    }

    [Fact]
    public async Task A_log_on_another_data_path_is_refused_before_anything_is_stopped()
    {
        await golden.MakeAsync(files => files.Select(f => f.Path.StartsWith("data/127.0.5.2:9779/data1/2/wal/5/", StringComparison.Ordinal) ? f with { Path = f.Path.Replace("/data1/", "/data0/", StringComparison.Ordinal), At = f.At ?? f.Path } : f));

        var failure = await Record.ExceptionAsync(() => golden.CheckAsync());

        failure.ShouldBeOfType<RestoreRefusedException>().Message.ShouldContain("is not where its data is");
    }

    async Task RefusedAsync(string says) => (await Should.ThrowAsync<BaseRefusedException>(() => golden.MakeAsync())).Message.ShouldContain(says);

    /// <summary>Some edges of a space that the base had and of one that it had not, through graphd.</summary>
    static async Task RowsAreReadAsync(WholeCluster cluster)
    {
        foreach (var space in new[] { "s10", "newsp" })
        {
            var edges = GoldenIncrement.Rows().Where(r => r[0] == space && r[1] == "E").Where((_, i) => i % 97 == 0).Take(20).ToList();
            edges.Count.ShouldBeGreaterThan(2);
            foreach (var e in edges)
            {
                var statement = $"USE {space}; FETCH PROP ON knows \"{e[3]}\"->\"{e[4]}\"@{e[5]} YIELD knows.since, knows.note";
                await Eventually.TrueAsync(async () => (await cluster.QueryAsync(statement)).SequenceEqual([$"{e[6]}|{e[7]}"]), statement);
            }
        }
    }

    /// <summary>What every replica holds now.</summary>
    static async Task<List<(string Place, (int, int) Partition, int Keys, string Digest)>> CheckpointAsync(WholeCluster cluster)
    {
        var name = (await cluster.Meta.CreateBackupAsync([], CancellationToken.None)).BackupName;
        var seen = Replicas(cluster, name).ToList();
        await cluster.Meta.DropSnapshotAsync(name, CancellationToken.None);
        return seen;
    }

    static IEnumerable<(string Place, (int, int) Partition, int Keys, string Digest)> Replicas(WholeCluster cluster, string name) =>
        from storage in Enumerable.Range(0, 3)
        from path in Enumerable.Range(0, storage == 1 ? 2 : 1)
        let nebula = Path.Combine(cluster.DataPath(storage, path), "nebula")
        where Directory.Exists(nebula)
        from space in Directory.GetDirectories(nebula)
        let engine = Path.Combine(space, "checkpoints", name)
        where Directory.Exists(Path.Combine(engine, "data"))
        from partition in Digest(engine)
        select (engine, (int.Parse(Path.GetFileName(space)), partition.Key), partition.Value.Keys, partition.Value.Digest);

    static Dictionary<int, (int Keys, string Digest)> Digest(string engine)
    {
        using var database = RocksDatabase.OpenReadOnly(Path.Combine(engine, "data"), new RocksOptions { PrefixLength = 4 });
        var lines = new Dictionary<int, List<string>>();
        using var cursor = database.ScanPrefix([]);
        while (cursor.MoveNext())
        {
            var partition = BinaryPrimitives.ReadInt32LittleEndian(cursor.Key) >>> 8;
            if (!lines.TryGetValue(partition, out var own)) lines[partition] = own = [];
            if (cursor.Key[0] != (byte)KeyType.System && !cursor.Key.SequenceEqual(StorageKeys.DataVersion)) own.Add($"{Convert.ToHexString(cursor.Key)}\t{Convert.ToHexString(cursor.Value)}\n");
        }

        lines.Remove(0xFFFFFF);
        return lines.ToDictionary(p => p.Key, p => (p.Value.Count, Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(p.Value.Order(StringComparer.Ordinal)))))));
    }
}
