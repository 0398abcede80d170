using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Sharing;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.Backup.Tests.Logs;

/// <summary>A fake cluster whose spaces have one partition each, replicated to every data path, with raft logs in upstream's format.</summary>
sealed class LogScene
{
    long last;

    public LogScene()
    {
        foreach (var engine in Engines) engine.Disk.Remove($"{engine.Path}/wal");
        Scene.Cluster.MetaService.Answer = Reshape;
        Append(10);
        Append(10);
    }

    public Scene Scene { get; } = new();

    /// <summary>Where the fake's replicas lie.</summary>
    public IEnumerable<(FakeDisk Disk, string Path, string Host)> Engines =>
        from host in Scene.Cluster.Storageds
        from path in host.DataPaths
        from space in Scene.Cluster.Spaces
        select (host.Disk, $"{path}/nebula/{space.Id}", host.Name);

    /// <summary>What metad says the leaders' logs end with; null: what they do.</summary>
    public long? LogId { get; set; }

    /// <summary>Hosts that lead; n1 as a rule.</summary>
    public IReadOnlyList<string> Leaders { get; set; } = ["n1"];

    /// <summary>Adds a file with the next entries to every replica.</summary>
    public void Append(int entries, long term = 1)
    {
        var first = last + 1;
        foreach (var engine in Engines) engine.Disk.Write(Name(engine.Path, first), Entries(first, first + entries - 1, term));
        last += entries;
    }

    /// <summary>Replaces a file on one host, or removes it.</summary>
    public void Change(string host, long first, Func<byte[], byte[]?> change)
    {
        foreach (var engine in Engines.Where(e => e.Host == host && e.Disk[Name(e.Path, first)] is not null).ToList())
        {
            var name = Name(engine.Path, first);
            var changed = change(engine.Disk[name]!);
            engine.Disk.Remove(name);
            if (changed is not null) engine.Disk.Write(name, changed);
        }
    }

    public static byte[] Entries(long first, long last, long term = 1) => WalFormat.WriteAll(
        [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => new LogEntry(first + i, term, System.Text.Encoding.ASCII.GetBytes($"entry {first + i} of term {term}")))]);

    public Task<BackupResult> BackUpAsync(BackupName on, Func<BackupRequest, BackupRequest>? change = null)
    {
        var request = new BackupRequest { CreatedBy = "test", Incremental = new IncrementalRequest(on, IncrementalMode.Wal) };
        return Scene.BackUpAsync(change is null ? request : change(request));
    }

    /// <summary>Writes another manifest in place of a backup's, as a program with a defect might have.</summary>
    public async Task RewriteAsync(BackupManifest manifest, IEnumerable<ManifestFile> files)
    {
        await Scene.Objects.DeleteAsync([BackupLayout.Manifest(BackupName.Parse(manifest.Name))], CancellationToken.None);
        await new ManifestWriter(Scene.Objects).WriteAsync(manifest with { Files = null }, [.. files], CancellationToken.None);
    }

    static string Name(string engine, long first) => $"{engine}/wal/1/{WalFileName.Of(first)}";

    BackupMeta Reshape(BackupMeta meta) => meta with { SpaceBackups = meta.SpaceBackups.ToDictionary(s => s.Key, s => Reshape(s.Value)) };

    SpaceBackupInfo Reshape(SpaceBackupInfo space) => space with
    {
        Space = space.Space with { PartitionNum = 1, ReplicaFactor = 4 },
        HostBackups = [.. space.HostBackups.Select(h => h with { Checkpoints = [.. h.Checkpoints.Select((c, i) => c with { Parts = Parts(h.Host.Host, i) })] })],
    };

    Dictionary<int, LogInfo> Parts(string host, int path) =>
        path == 0 && Leaders.Contains(host) ? new() { [1] = new LogInfo { LogId = LogId ?? last, TermId = 1 } } : [];
}
