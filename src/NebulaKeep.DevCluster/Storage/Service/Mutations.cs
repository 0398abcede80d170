using NebulaKeep.DevCluster.Codec;
using NebulaKeep.DevCluster.Storage.Catalog;
using NebulaKeep.DevCluster.Storage.Engine;
using NebulaKeep.DevCluster.Storage.Replication;
using NebulaKeep.DevCluster.Wal;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Storage.Service;

/// <summary>The writing methods. All records of one partition in one request are one log entry, in request order (spec/row-format.md §6).</summary>
sealed class Mutations(PartRunner runner)
{
    public async Task<ExecResponse> AddVerticesAsync(AddVerticesRequest request, CancellationToken cancellationToken)
    {
        await KnowAsync(request.SpaceId, space => request.Parts.Values.SelectMany(v => v).SelectMany(v => v.Tags).Select(t => t.TagId).Distinct().All(space.Tags.ContainsKey)
            && request.PropNames.All(names => space.Tags.TryGetValue(names.Key, out var tag) && names.Value.All(name => tag.Latest.IndexOf(name) >= 0)), cancellationToken);
        return await WriteAsync(request.SpaceId, request.Parts, (store, partition, vertices) =>
        {
            var puts = VertexPuts(store.Info, partition.Id, vertices, request.PropNames);
            return () => PutAll(partition, puts, request.IfNotExists);
        }, cancellationToken);
    }

    public async Task<ExecResponse> AddEdgesAsync(AddEdgesRequest request, CancellationToken cancellationToken)
    {
        await KnowAsync(request.SpaceId, space => request.Parts.Values.SelectMany(e => e).Select(e => Math.Abs(e.Key.EdgeType)).Distinct()
            .All(type => space.Edges.TryGetValue(type, out var edge) && request.PropNames.All(name => edge.Latest.IndexOf(name) >= 0)), cancellationToken);
        return await WriteAsync(request.SpaceId, request.Parts, (store, partition, edges) =>
        {
            var puts = EdgePuts(store.Info, partition.Id, edges, request.PropNames);
            return () => PutAll(partition, puts, request.IfNotExists);
        }, cancellationToken);
    }

    public Task<ExecResponse> DeleteVerticesAsync(DeleteVerticesRequest request, CancellationToken cancellationToken) =>
        WriteAsync(request.SpaceId, request.Parts, (store, partition, vids) =>
        {
            var prefixes = vids.Select(vid => StorageKeys.TagsOf(partition.Id, Vids.FromWire(store.Info, vid), store.Info.VidLength)).ToList();
            return () => RemoveAll(partition, [.. prefixes.SelectMany(prefix => TagKeys(partition.Engine, prefix, store.Info.VidLength))]);
        }, cancellationToken);

    public Task<ExecResponse> DeleteTagsAsync(DeleteTagsRequest request, CancellationToken cancellationToken) =>
        WriteAsync(request.SpaceId, request.Parts, (store, partition, items) => Removal(partition, items.SelectMany(item => item.Tags
            .Select(tag => StorageKeys.Tag(partition.Id, Vids.FromWire(store.Info, item.Id), store.Info.VidLength, tag)))), cancellationToken);

    public Task<ExecResponse> DeleteEdgesAsync(DeleteEdgesRequest request, CancellationToken cancellationToken) =>
        WriteAsync(request.SpaceId, request.Parts, (store, partition, edges) =>
            Removal(partition, edges.Select(edge => KeyOf(store.Info, partition.Id, edge))), cancellationToken);

    public Task<ExecResponse> PutAsync(KVPutRequest request, CancellationToken cancellationToken) =>
        WriteAsync(request.SpaceId, request.Parts, (_, partition, pairs) => () => LogMessage.MultiPut(partition.Milliseconds,
            [.. pairs.Select(pair => new LogChange(LogChangeKind.Put, StorageKeys.KeyValue(partition.Id, pair.Key), pair.Value))]), cancellationToken);

    public Task<ExecResponse> RemoveAsync(KVRemoveRequest request, CancellationToken cancellationToken) =>
        WriteAsync(request.SpaceId, request.Parts, (_, partition, keys) =>
            Removal(partition, keys.Select(key => StorageKeys.KeyValue(partition.Id, key))), cancellationToken);

    /// <summary>Asks metad once more where the cached schemas do not know what a request names: it may have been created since.</summary>
    async Task KnowAsync(int spaceId, Func<SpaceInfo, bool> isKnown, CancellationToken cancellationToken)
    {
        if (await runner.Node.FindAsync(spaceId, cancellationToken) is { } store && !isKnown(store.Info)) await runner.Node.RefreshIfStaleAsync(cancellationToken);
    }

    /// <param name="space">The space.</param>
    /// <param name="parts">Items of each partition.</param>
    /// <param name="prepare">Encodes outside of the partition's lock; what it returns runs inside and may read what is stored.</param>
    /// <param name="cancellationToken">Gives up.</param>
    async Task<ExecResponse> WriteAsync<T>(
        int space, IReadOnlyDictionary<int, T> parts, Func<SpaceStore, Partition, T, Func<LogMessage?>> prepare, CancellationToken cancellationToken) => new()
        {
            Result = await runner.RunAsync(space, parts,
                (store, partition, items, token) => partition.WriteAsync(prepare(store, partition, items), token), cancellationToken),
        };

    List<LogChange> VertexPuts(SpaceInfo space, int part, IReadOnlyList<NewVertex> vertices, IReadOnlyDictionary<int, IReadOnlyList<string>> names)
    {
        var builders = new Dictionary<int, RowBuilder>();
        var puts = new List<LogChange>(vertices.Count);
        foreach (var vertex in vertices)
            foreach (var tag in vertex.Tags)
            {
                if (!builders.TryGetValue(tag.TagId, out var builder)) builders[tag.TagId] = builder = TagBuilder(space, tag.TagId, names);
                var key = StorageKeys.Tag(part, Vids.FromWire(space, vertex.Id), space.VidLength, tag.TagId);
                puts.Add(new LogChange(LogChangeKind.Put, key, builder.Encode(tag.Props, Microseconds)));
            }
        return puts;
    }

    List<LogChange> EdgePuts(SpaceInfo space, int part, IReadOnlyList<NewEdge> edges, IReadOnlyList<string> names)
    {
        var builders = new Dictionary<int, RowBuilder>();
        var puts = new List<LogChange>(edges.Count);
        foreach (var edge in edges)
        {
            var type = Math.Abs(edge.Key.EdgeType);
            if (!builders.TryGetValue(type, out var builder)) builders[type] = builder = EdgeBuilder(space, type, names);
            puts.Add(new LogChange(LogChangeKind.Put, KeyOf(space, part, edge.Key), builder.Encode(edge.Props, Microseconds)));
        }
        return puts;
    }

    static RowBuilder TagBuilder(SpaceInfo space, int tag, IReadOnlyDictionary<int, IReadOnlyList<string>> names) =>
        space.Tags.TryGetValue(tag, out var history)
            ? new RowBuilder(history.Latest, names.GetValueOrDefault(tag) ?? [], ErrorCode.E_TAG_PROP_NOT_FOUND)
            : throw new CodedException(ErrorCode.E_TAG_NOT_FOUND, $"Space {space.Id} has no tag {tag}");

    static RowBuilder EdgeBuilder(SpaceInfo space, int type, IReadOnlyList<string> names) =>
        space.Edges.TryGetValue(type, out var history)
            ? new RowBuilder(history.Latest, names, ErrorCode.E_EDGE_PROP_NOT_FOUND)
            : throw new CodedException(ErrorCode.E_EDGE_NOT_FOUND, $"Space {space.Id} has no edge type {type}");

    static byte[] KeyOf(SpaceInfo space, int part, EdgeKey edge) => StorageKeys.Edge(
        part, Vids.FromWire(space, edge.Src), edge.EdgeType, edge.Ranking, Vids.FromWire(space, edge.Dst), space.VidLength);

    static LogMessage? PutAll(Partition partition, List<LogChange> puts, bool onlyNew)
    {
        var taken = onlyNew ? OnlyNew(partition.Engine, puts) : puts;
        return taken.Count == 0 ? null : LogMessage.MultiPut(partition.Milliseconds, taken);
    }

    /// <summary>Leaves out what is stored and what the request repeats: the first one counts.</summary>
    static List<LogChange> OnlyNew(SpaceEngine engine, List<LogChange> puts)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. puts.Where(put => seen.Add(Convert.ToHexString(put.Key.Span)) && engine.Database.Get(put.Key.Span) is null)];
    }

    static Func<LogMessage?> Removal(Partition partition, IEnumerable<byte[]> keys)
    {
        var all = keys.ToList();
        return () => RemoveAll(partition, all);
    }

    static LogMessage? RemoveAll(Partition partition, List<byte[]> keys) => keys.Count == 0
        ? null
        : LogMessage.MultiRemove(partition.Milliseconds, [.. keys.Select(key => new LogChange(LogChangeKind.Remove, key))]);

    static List<byte[]> TagKeys(SpaceEngine engine, byte[] prefix, int vidLength)
    {
        var keys = new List<byte[]>();
        using var cursor = engine.Database.ScanPrefix(prefix);
        while (cursor.MoveNext())
            if (StorageKeys.TryParseTag(cursor.Key, vidLength, out _))
                keys.Add(cursor.Key.ToArray());
        return keys;
    }

    long Microseconds => (long)(runner.Node.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMicroseconds;
}
