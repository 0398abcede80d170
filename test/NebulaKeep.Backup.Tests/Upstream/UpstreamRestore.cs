using NebulaKeep.Nebula.Meta;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Tests.Upstream;

/// <summary>
/// What nebula-br 3.6.0 makes of a backup: which file its restore would put where. Written from spec/restore-flow.md part A alone and
/// on nothing of this project's restore, so that it can disagree with it. Paths are built as upstream builds them, from text.
/// </summary>
sealed class UpstreamRestore(IObjectStore store)
{
    /// <summary>Lays a backup out over a cluster.</summary>
    /// <param name="name">The backup.</param>
    /// <param name="metads">The data path of each metad.</param>
    /// <param name="storageds">Address and data paths of each storaged.</param>
    /// <exception cref="InvalidOperationException">Where upstream would give up; the message names its step.</exception>
    public async Task<UpstreamLayout> LayOutAsync(string name, IReadOnlyList<string> metads, IReadOnlyList<UpstreamHost> storageds)
    {
        if (!await store.ListAsync(name, CancellationToken.None).AnyAsync()) throw new InvalidOperationException("A.2-1: the backup does not exist");
        var meta = BackupMetaFile.Read(await ReadAsync($"{name}/{name}.meta"));
        var former = Former(meta);
        CheckTopology(former, storageds);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var path in metads) await DownloadAsync(files, $"{name}/meta", path);
        var pairs = Sorted(storageds).Zip(Sorted(former)).ToList();
        foreach (var (current, previous) in pairs)
            for (var i = 0; i < current.DataPaths.Count; i++)
                await DownloadAsync(files, $"{name}/data/{previous.Address}/data{i}/", $"{current.DataPaths[i]}/nebula/");
        var tables = meta.MetaFiles.Select(f => f[(f.LastIndexOf('/') + 1)..]).ToList();
        foreach (var table in from path in metads from table in tables select $"{path}/{table}")
            if (files.GetValueOrDefault(table) is not { Length: > 0 }) throw new InvalidOperationException($"A.2-10: metad has no {table} to ingest (E_RESTORE_FAILURE)");
        return new UpstreamLayout(files, tables, [.. pairs.Select(p => (p.Second.Address, p.First.Address))]);
    }

    // Hosts of the first space that names them, with as many data paths as it has checkpoints there (A.3).
    static List<UpstreamHost> Former(BackupMeta meta)
    {
        var hosts = new Dictionary<string, UpstreamHost>(StringComparer.Ordinal);
        foreach (var host in meta.SpaceBackups.Values.SelectMany(s => s.HostBackups))
            hosts.TryAdd($"{host.Host.Host}:{host.Host.Port}", new UpstreamHost(host.Host.Host, host.Host.Port, [.. host.Checkpoints.Select(c => c.DataPath)]));
        return [.. hosts.Values];
    }

    static void CheckTopology(IReadOnlyList<UpstreamHost> former, IReadOnlyList<UpstreamHost> now)
    {
        if (former.Count != now.Count) throw new InvalidOperationException($"A.3: {former.Count} storage hosts in the backup, {now.Count} in the cluster");
        if (!Shape(former).SequenceEqual(Shape(now))) throw new InvalidOperationException("A.3: other numbers of data paths");
    }

    static IEnumerable<int> Shape(IEnumerable<UpstreamHost> hosts) => hosts.Select(h => h.DataPaths.Count).Order();

    static IEnumerable<UpstreamHost> Sorted(IEnumerable<UpstreamHost> hosts) => hosts.OrderBy(h => h.Host, StringComparer.Ordinal).ThenBy(h => h.Port);

    // S3 lists by prefix, without a slash where upstream gives none; what follows the prefix follows the target.
    async Task DownloadAsync(Dictionary<string, byte[]> files, string prefix, string target)
    {
        await foreach (var found in store.ListAsync(prefix, CancellationToken.None)) files[$"{target}{found.Key[prefix.Length..]}"] = await ReadAsync(found.Key);
    }

    async Task<byte[]> ReadAsync(string key)
    {
        await using var content = await store.OpenReadAsync(key, null, CancellationToken.None);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}

/// <summary>A storaged as upstream sees it.</summary>
sealed record UpstreamHost(string Host, int Port, IReadOnlyList<string> DataPaths)
{
    public string Address => $"{Host}:{Port}";
}

/// <summary>What lies on the disks when upstream starts the daemons.</summary>
/// <param name="Files">Contents by absolute path.</param>
/// <param name="Tables">File names that restoreMeta gets.</param>
/// <param name="Pairs">Former and present address of each storaged.</param>
sealed record UpstreamLayout(IReadOnlyDictionary<string, byte[]> Files, IReadOnlyList<string> Tables, IReadOnlyList<(string From, string To)> Pairs);
