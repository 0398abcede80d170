using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Logs;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Sharing;
using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.Core.Checksums;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Memory;

namespace NebulaKeep.DevCluster.Tests.Cluster;

/// <summary>
/// A full checkpoint of real servers (#1) and the raft logs of a later one (#2), made into a base and an increment in mode wal by the
/// engine's own rules, in a store in memory.
/// </summary>
sealed class GoldenIncrement : IDisposable
{
    public static readonly BackupName Base = BackupName.Parse("BACKUP_2026_11_22_10_50_40");
    public static readonly BackupName Increment = BackupName.Parse("BACKUP_2026_11_22_10_50_54");

    static readonly Dictionary<int, ManifestSpace> Spaces = new[] { Space(1, "s10", 10, 3), Space(2, "r1", 6, 1), Space(3, "dropme", 2, 3), Space(4, "dropme", 2, 3), Space(5, "newsp", 4, 3), Space(6, "newr1", 3, 1) }.ToDictionary(s => s.Id);

    readonly TemporaryFolder folder = new();
    readonly List<Replica> replicas;

    public GoldenIncrement()
    {
        foreach (var archive in new[] { "base.tar.gz", "incr-wal.tar.gz" }) Extract(archive);
        replicas = [.. Lines("logids.tsv").Select(f => new Replica(f[0] == "1", int.Parse(f[1], CultureInfo.InvariantCulture), int.Parse(f[2], CultureInfo.InvariantCulture), f[3], f[4], f[5] == "L", f[6]))];
    }

    public IObjectStore Store { get; } = new MemoryObjectStore(TimeProvider.System);

    /// <summary>Where a file of an archive lies; tests break it before <see cref="MakeAsync"/>.</summary>
    public string this[string path] => folder[path];

    /// <summary>Puts base and increment into the store.</summary>
    /// <param name="change">Changes the list of files before the increment's manifest is written.</param>
    /// <exception cref="BaseRefusedException">A rule of mode wal is broken.</exception>
    public async Task MakeAsync(Func<IEnumerable<ManifestFile>, IEnumerable<ManifestFile>>? change = null)
    {
        var files = await PutAsync(Base, Server(first: true), "base");
        var whole = await new ManifestWriter(Store).WriteAsync(Manifest(Base, first: true) with { Hosts = Server(first: true).Hosts(Topology.Storageds) }, files, CancellationToken.None);
        var plan = new WalPlanner(new BaseBackup(whole, files, []), Server(first: false), Topology.Metads[0], Topology).Plan(NewLogs());
        var sent = await PutAsync(Increment, Server(first: false), "incr");
        var assembled = plan.Assemble([.. sent, .. await PutNewSpacesAsync()]);
        var increment = Manifest(Increment, first: false) with { Type = BackupType.Incremental, Mode = "wal", Base = Base.Value, Chain = [Base.Value], Hosts = plan.Hosts };
        await new ManifestWriter(Store).WriteAsync(increment, [.. change is null ? assembled : change(assembled)], CancellationToken.None);
    }

    /// <summary>What a restore does, without agents.</summary>
    public async Task RestoreAsync(WholeCluster cluster)
    {
        var contents = await CheckAsync();
        var target = TopologyOf(cluster.Metads, cluster.Storages, i => [cluster.MetaPath(i)], i => [.. Enumerable.Range(0, i == 1 ? 2 : 1).Select(path => cluster.DataPath(i, path))]);
        var plan = RestorePlanner.Plan(contents, target);
        foreach (var item in plan.Downloads.SelectMany(d => d.Items)) await FetchAsync(item);
        cluster.StartMetads();
        await cluster.Meta.ListSpacesAsync(CancellationToken.None);
        var pairs = plan.Pairs.Select(p => new HostPair { FromHost = HostAddr.Of(HostAddress.Parse(p.From.Address)), ToHost = HostAddr.Of(p.To.Address) }).ToList();
        foreach (var meta in plan.Metas) await cluster.Meta.RestoreMetaAsync(meta.Metad.Address, meta.Files, pairs, CancellationToken.None);
        cluster.StartStorages();
        cluster.StartGraphd();
        await cluster.OnlineAsync(3);
    }

    /// <summary>What a restore checks before it stops anything.</summary>
    /// <exception cref="RestoreRefusedException">A rule is broken.</exception>
    public async Task<BackupContents> CheckAsync()
    {
        var contents = await new BackupContentsReader(Store).ReadAsync(Increment, CancellationToken.None);
        WalRules.Check(contents);
        return contents;
    }

    /// <summary>Digest of each partition's keys and values at the second point.</summary>
    public static IReadOnlyDictionary<(int Space, int Partition), (int Keys, string Sha256)> Expected() => Lines("kv-digest.tsv").Where(f => f[0] == "2")
        .ToDictionary(f => (int.Parse(f[1], CultureInfo.InvariantCulture), int.Parse(f[2], CultureInfo.InvariantCulture)), f => (int.Parse(f[3], CultureInfo.InvariantCulture), f[4]));

    /// <summary>Rows of the second point: space, kind, name, fields.</summary>
    public static IEnumerable<string[]> Rows()
    {
        using var file = File.OpenRead(PathOf("expected.tsv.gz"));
        using var text = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        while (text.ReadLine() is { } line)
            if (line.Split('\t') is ["2", .. var fields])
                yield return fields;
    }

    public void Dispose() => folder.Dispose();

    async Task<List<ManifestFile>> PutAsync(BackupName name, ServerBackup server, string archive)
    {
        var files = new List<ManifestFile>();
        foreach (var table in Directory.GetFiles(folder[$"{archive}/meta"])) files.Add(await PutAsync(name, table, $"meta/{Path.GetFileName(table)}"));
        foreach (var checkpoint in server.Checkpoints.Where(c => archive == "base" || c.Space <= 3))
        {
            var source = folder[$"{archive}/storage/{checkpoint.Host.Host}/{Path.GetFileName(checkpoint.DataPath)}/{checkpoint.Space}"];
            if (!Directory.Exists(source)) continue;
            foreach (var file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
                files.Add(await PutAsync(name, file, $"data/{checkpoint.Host}/{BackupLayout.Directory(checkpoint.Index)}/{checkpoint.Space}/{Path.GetRelativePath(source, file)}"));
        }

        return files;
    }

    // The vectors have the new spaces' logs alone, once for each partition; real servers replayed them over no data.
    async Task<List<ManifestFile>> PutNewSpacesAsync()
    {
        var files = new List<ManifestFile>();
        foreach (var checkpoint in Server(first: false).Checkpoints.Where(c => c.Space > 3))
            foreach (var replica in replicas.Where(r => !r.First && r.Space == checkpoint.Space && r.Host == checkpoint.Host.Host && r.Path == Path.GetFileName(checkpoint.DataPath)))
            {
                var leader = replicas.Single(r => !r.First && r.Leads && (r.Space, r.Partition) == (replica.Space, replica.Partition));
                foreach (var log in Directory.GetFiles(folder[$"incr/storage/{leader.Host}/{leader.Path}/{leader.Space}/wal/{leader.Partition}"]))
                    files.Add(await PutAsync(Increment, log, $"data/{checkpoint.Host}/{BackupLayout.Directory(checkpoint.Index)}/{checkpoint.Space}/wal/{replica.Partition}/{Path.GetFileName(log)}"));
            }

        return files;
    }

    /// <summary>As agents would list them: each replica has its base's log, leaders also what came since.</summary>
    List<(string, LogRange?)> NewLogs() =>
        [.. from checkpoint in Server(first: false).Checkpoints
            from archive in new[] { "base", "incr" }
            let source = folder[$"{archive}/storage/{checkpoint.Host.Host}/{Path.GetFileName(checkpoint.DataPath)}/{checkpoint.Space}"]
            where Directory.Exists(Path.Combine(source, "wal"))
            from file in Directory.GetFiles(Path.Combine(source, "wal"), "*", SearchOption.AllDirectories)
            select ($"data/{checkpoint.Host}/{BackupLayout.Directory(checkpoint.Index)}/{checkpoint.Space}/{Path.GetRelativePath(source, file)}", WalFileReader.Scan(file).Range)];

    async Task<ManifestFile> PutAsync(BackupName name, string file, string path)
    {
        var content = await File.ReadAllBytesAsync(file);
        await Store.PutAsync($"{name}/{path}", new MemoryStream(content), PutCondition.CreateOnly, CancellationToken.None);
        using var hasher = new ContentHasher();
        hasher.Append(content);
        var digest = hasher.Current;
        return new ManifestFile
        {
            Path = path,
            Size = digest.Size,
            Sha256 = digest.Sha256,
            Crc32C = digest.Crc32C.ToString("x8", CultureInfo.InvariantCulture),
            Inode = 1,
            MtimeNanos = 1,
            Log = path.EndsWith(".wal", StringComparison.Ordinal) ? WalFileReader.Scan(file).Range : null,
        };
    }

    async Task FetchAsync(DownloadItem item)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(item.Target)!);
        await using var content = await Store.OpenReadAsync(item.Key, null, CancellationToken.None);
        await using var file = File.Create(item.Target);
        await content.CopyToAsync(file);
    }

    ServerBackup Server(bool first)
    {
        var name = first ? Base : Increment;
        return new ServerBackup
        {
            Name = name,
            Created = DateTimeOffset.UnixEpoch,
            IsFull = true,
            AllSpaces = true,
            ClusterId = 0,
            MetaFiles = [.. Directory.GetFiles(folder[$"{(first ? "base" : "incr")}/meta"]).Select(f => $"/walexp/meta/{Path.GetFileName(f)}")],
            Spaces = [.. SpacesAt(first)],
            Checkpoints = [.. replicas.Where(r => r.First == first).GroupBy(r => (r.Host, r.Space)).OrderBy(g => g.Key).SelectMany(g => g.GroupBy(r => r.Path).OrderBy(p => p.Key, StringComparer.Ordinal).Select((p, i) => Checkpoint(name, g.Key.Host, g.Key.Space, i, p)))],
        };
    }

    IEnumerable<ManifestSpace> SpacesAt(bool first) => replicas.Where(r => r.First == first).Select(r => r.Space).Distinct().Order().Select(id => Spaces[id]);

    BackupManifest Manifest(BackupName name, bool first) => new()
    {
        FormatVersion = 1,
        Name = name.Value,
        Type = BackupType.Full,
        Cluster = new ManifestCluster(0, Topology.Key, ["127.0.5.1:9559"]),
        CreatedBy = "test",
        Created = DateTimeOffset.UnixEpoch,
        Started = DateTimeOffset.UnixEpoch,
        Ended = DateTimeOffset.UnixEpoch,
        WritesBlocked = new ManifestBlocking(1),
        AllSpaces = true,
        Spaces = [.. SpacesAt(first)],
        Hosts = [],
        Totals = new ManifestTotals(0, 0, 0, 0),
    };

    void Extract(string archive)
    {
        using var file = File.OpenRead(PathOf(archive));
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        TarFile.ExtractToDirectory(unzipped, folder.Path, overwriteFiles: false);
    }

    static ClusterTopology Topology { get; } = TopologyOf([new HostAddress("127.0.5.1", 9559)], [.. Enumerable.Range(1, 3).Select(i => new HostAddress($"127.0.5.{i}", 9779))], _ => ["/walexp/meta"], i => i == 1 ? ["/walexp/data0", "/walexp/data1"] : ["/walexp/data0"]);

    static ClusterTopology TopologyOf(IReadOnlyList<HostAddress> metads, IReadOnlyList<HostAddress> storages, Func<int, IReadOnlyList<string>> metaPaths, Func<int, IReadOnlyList<string>> dataPaths) => new()
    {
        Metads = [.. metads.Select((m, i) => new Daemon(DaemonRole.Meta, m, "/walexp", metaPaths(i)))],
        Storageds = [.. storages.Select((s, i) => new Daemon(DaemonRole.Storage, s, "/walexp", dataPaths(i)))],
        Graphds = [],
        Agents = metads.Concat(storages).Select(a => a.Host).Distinct().ToDictionary(h => h, h => new HostAddress(h, 8888)),
    };

    static ServerCheckpoint Checkpoint(BackupName name, string host, int space, int index, IEnumerable<Replica> parts) => new(
        new HostAddress(host, 9779), space, index, string.Create(CultureInfo.InvariantCulture, $"/walexp/{parts.First().Path}/nebula/{space}/checkpoints/{name}"),
        [.. parts.Where(p => p.Leads).Select(p => Leader(p))], name);

    static ManifestLeader Leader(Replica replica)
    {
        var numbers = replica.LogInfo.Trim('(', ')').Split(',');
        return new ManifestLeader(replica.Partition, long.Parse(numbers[0], CultureInfo.InvariantCulture), long.Parse(numbers[1], CultureInfo.InvariantCulture));
    }

    static ManifestSpace Space(int id, string name, int partitions, int replicaFactor) =>
        new(id, name, partitions, replicaFactor, "?", ["default_zone_127.0.5.1_9779", "default_zone_127.0.5.2_9779", "default_zone_127.0.5.3_9779"]);

    static IEnumerable<string[]> Lines(string file) => File.ReadLines(PathOf(file)).Skip(1).Select(line => line.Split('\t'));

    static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Golden", "increment", file);

    sealed record Replica(bool First, int Space, int Partition, string Host, string Path, bool Leads, string LogInfo);
}
