using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Storage.Catalog;
using NebulaKeep.DevCluster.Storage.Replication;
using NebulaKeep.DevCluster.Wal;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.DevCluster.Storage.Engine;

/// <summary>All spaces of this server, made to agree with what metad assigns to it.</summary>
sealed partial class SpaceStores(StorageOptions options, HostAddress self, IReplicaPeers peers, TimeProvider time, ILogger logger)
{
    ImmutableDictionary<int, SpaceStore> stores = ImmutableDictionary<int, SpaceStore>.Empty;

    /// <summary>The spaces as they are now.</summary>
    public IReadOnlyDictionary<int, SpaceStore> All => stores;

    public SpaceStore? Find(int space) => stores.GetValueOrDefault(space);

    /// <summary>All replicas on this server.</summary>
    public IEnumerable<Partition> Partitions => stores.Values.SelectMany(store => store.Partitions.Values);

    /// <summary>Opens what is new, closes what is gone. For one caller at a time.</summary>
    /// <exception cref="StorageException">A partition's log does not fit its data: the server must not go on.</exception>
    public async Task ReconcileAsync(IReadOnlyDictionary<int, SpaceInfo> spaces)
    {
        foreach (var (id, info) in spaces.OrderBy(space => space.Key))
        {
            var wanted = info.Parts.Where(part => part.Value.Contains(self)).ToDictionary();
            if (wanted.Count > 0) stores = stores.SetItem(id, await UpdateAsync(Find(id), info, wanted));
            else await RetireAsync(id, info);
        }
        foreach (var id in stores.Keys.Concat(SpacesOnDisk()).Distinct().Where(id => !spaces.ContainsKey(id)).ToList()) await RetireAsync(id, null);
    }

    /// <summary>Closes everything.</summary>
    public async Task CloseAsync(bool abandon)
    {
        foreach (var partition in Partitions.ToList()) await (abandon ? partition.AbandonAsync() : partition.DisposeAsync());
        foreach (var engine in stores.Values.SelectMany(store => store.Engines)) engine.Dispose();
        stores = stores.Clear();
    }

    async Task<SpaceStore> UpdateAsync(SpaceStore? old, SpaceInfo info, Dictionary<int, IReadOnlyList<HostAddress>> wanted)
    {
        var engines = old?.Engines ?? [.. options.DataPaths.Select(path => SpaceEngine.Open(path, info.Id, info.VidLength, options.Engine))];
        var placement = Placement.Choose([.. engines.Select(engine => engine.Partitions)], wanted.Keys);
        var partitions = new Dictionary<int, Partition>();
        try
        {
            foreach (var (part, engine) in placement)
                partitions[part] = await KeepOrOpenAsync(old, engines[engine], part, wanted[part]);
        }
        catch
        {
            if (old is null) await CloseAsync(engines, partitions.Values);
            throw;
        }
        foreach (var gone in old?.Partitions.Values.Where(partition => !wanted.ContainsKey(partition.Id)) ?? []) await gone.DisposeAsync();
        for (var i = 0; i < engines.Count; i++)
            foreach (var part in engines[i].Partitions.Where(part => !placement.TryGetValue(part, out var engine) || engine != i).ToList())
                engines[i].RemovePartition(part);
        return new SpaceStore(info, engines, partitions);
    }

    async Task<Partition> KeepOrOpenAsync(SpaceStore? old, SpaceEngine engine, int part, IReadOnlyList<HostAddress> hosts)
    {
        if (old?.Partitions.GetValueOrDefault(part) is { } kept)
        {
            if (kept.Hosts.SequenceEqual(hosts)) return kept;
            await kept.DisposeAsync();
        }
        var wal = PartitionWal.Open(WalPath(engine, part), options.Wal, time, logger);
        var log = new ReplicaLog(engine, part, wal, logger);
        engine.AddPartition(part);
        return new Partition(engine, log, self, hosts, peers, time, logger);
    }

    string WalPath(SpaceEngine engine, int part) => Path.Combine(
        options.WalPath is { } root ? SpaceEngine.RootOf(root, engine.SpaceId) : engine.Root, "wal", part.ToString(CultureInfo.InvariantCulture));

    /// <summary>Gives up a space: one that metad knows keeps its directories without markers, an unknown one loses them.</summary>
    async Task RetireAsync(int id, SpaceInfo? known)
    {
        if (Find(id) is { } store)
        {
            stores = stores.Remove(id);
            if (known is not null) DropMarkers(store.Engines);
            await CloseAsync(store.Engines, store.Partitions.Values);
        }
        else if (known is not null) ReopenAndDropMarkers(known);
        if (known is null && options.RemoveUnknownSpaces) RemoveDirectories(id);
    }

    void ReopenAndDropMarkers(SpaceInfo info)
    {
        foreach (var path in options.DataPaths.Where(path => HasMarkedEngine(path, info.Id)))
        {
            using var engine = SpaceEngine.Open(path, info.Id, info.VidLength, options.Engine);
            DropMarkers([engine]);
            LogUnassigned(logger, info.Id, engine.Root);
        }
        checkedForMarkers.Add(info.Id);
    }

    /// <summary>Spaces of others that were looked at: opening their engines again at every report would find nothing new.</summary>
    readonly HashSet<int> checkedForMarkers = [];

    bool HasMarkedEngine(string path, int id) => !checkedForMarkers.Contains(id) && Directory.Exists(Path.Combine(SpaceEngine.RootOf(path, id), "data"));

    static void DropMarkers(IEnumerable<SpaceEngine> engines)
    {
        foreach (var engine in engines)
            foreach (var part in engine.Partitions.ToList())
                engine.RemovePartition(part);
    }

    static async Task CloseAsync(IEnumerable<SpaceEngine> engines, IEnumerable<Partition> partitions)
    {
        foreach (var partition in partitions) await partition.DisposeAsync();
        foreach (var engine in engines) engine.Dispose();
    }

    void RemoveDirectories(int id)
    {
        foreach (var root in DataRoots.Select(path => SpaceEngine.RootOf(path, id)).Where(Directory.Exists).ToList())
        {
            LogUnknownSpace(logger, id, root);
            Directory.Delete(root, recursive: true);
        }
    }

    IEnumerable<int> SpacesOnDisk() => DataRoots.Select(path => Path.Combine(path, "nebula")).Where(Directory.Exists)
        .SelectMany(Directory.EnumerateDirectories)
        .Select(directory => int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0);

    IEnumerable<string> DataRoots => options.WalPath is { } wal ? options.DataPaths.Append(wal) : options.DataPaths;

    [LoggerMessage(LogLevel.Warning, "Space {Space} has no partition on this server any more: {Root} loses its markers")]
    static partial void LogUnassigned(ILogger logger, int space, string root);

    [LoggerMessage(LogLevel.Warning, "Space {Space} is unknown to metad: removing {Root}")]
    static partial void LogUnknownSpace(ILogger logger, int space, string root);
}
