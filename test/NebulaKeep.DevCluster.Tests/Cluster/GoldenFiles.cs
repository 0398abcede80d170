using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Tests.Cluster;

/// <summary>A golden backup and its way into a cluster that does not run yet: the steps of nebula-br's restore (spec/restore-flow.md A.2).</summary>
sealed class GoldenFiles
{
    readonly string root;

    public GoldenFiles(GoldenGraph golden)
    {
        root = Path.Combine(UnpackedArchives.Unpack(golden.Archive), golden.Name);
        Meta = BackupMetaFile.Read(File.ReadAllBytes(Path.Combine(root, golden.Name + ".meta")));
    }

    /// <summary>What the backup says of itself.</summary>
    public BackupMeta Meta { get; }

    /// <summary>The storageds that the backup was made of, in order of address.</summary>
    public IReadOnlyList<HostAddress> Hosts =>
        [.. Directory.GetDirectories(Path.Combine(root, "data")).Select(path => HostAddress.Parse(Path.GetFileName(path))).Order()];

    /// <summary>Puts everything in place, starts the metads, lets them take the tables in, and starts the rest.</summary>
    /// <param name="cluster">Where to.</param>
    /// <param name="logs">The backup whose logs are taken instead of the own ones.</param>
    public async Task RestoreAsync(WholeCluster cluster, GoldenFiles? logs = null)
    {
        PlaceData(cluster);
        if (logs is not null) ReplaceLogs(cluster, logs);
        cluster.StartMetads();
        await cluster.Meta.ListSpacesAsync(CancellationToken.None);
        for (var metad = 0; metad < cluster.Metads.Count; metad++)
            await cluster.Meta.RestoreMetaAsync(cluster.Metads[metad], PlaceTables(cluster.MetaPath(metad)), Pairs(cluster), CancellationToken.None);
        cluster.StartStorages();
        cluster.StartGraphd();
        await cluster.LeadingAsync(GoldenGraph.Partitions);
    }

    public IReadOnlyList<HostPair> Pairs(WholeCluster cluster) =>
        [.. Hosts.Zip(cluster.Storages, (from, to) => new HostPair { FromHost = HostAddr.Of(from), ToHost = HostAddr.Of(to) })];

    /// <summary>Copies the exported tables beside metad's own directory, as nebula-br does, and names the copies.</summary>
    public IReadOnlyList<string> PlaceTables(string metaPath)
    {
        CopyTree(Path.Combine(root, "meta"), metaPath);
        return [.. Directory.GetFiles(Path.Combine(root, "meta")).Select(file => Path.Combine(metaPath, Path.GetFileName(file)))];
    }

    void PlaceData(WholeCluster cluster)
    {
        foreach (var (from, to) in Engines(cluster)) CopyTree(from, to);
    }

    static void ReplaceLogs(WholeCluster cluster, GoldenFiles other)
    {
        foreach (var (from, to) in other.Engines(cluster))
        {
            Directory.Delete(Path.Combine(to, "wal"), recursive: true);
            CopyTree(Path.Combine(from, "wal"), Path.Combine(to, "wal"));
        }
    }

    /// <summary>Directories of engines in the backup, and where they belong in the cluster.</summary>
    IEnumerable<(string From, string To)> Engines(WholeCluster cluster) =>
        from storage in Enumerable.Range(0, Hosts.Count)
        from data in Directory.GetDirectories(Path.Combine(root, "data", Hosts[storage].ToString()))
        let path = cluster.DataPath(storage, int.Parse(Path.GetFileName(data)["data".Length..]))
        from space in Directory.GetDirectories(data)
        select (space, Path.Combine(path, "nebula", Path.GetFileName(space)));

    public static void CopyTree(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var directory in Directory.GetDirectories(from)) CopyTree(directory, Path.Combine(to, Path.GetFileName(directory)));
    }
}
