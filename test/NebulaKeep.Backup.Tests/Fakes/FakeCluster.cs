using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.ObjectStore;
using NebulaKeep.Rpc.Agent;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Backup.Tests.Fakes;

/// <summary>
/// A cluster in memory that behaves as OBSERVED behaviour of NebulaGraph 3.8.0 asks where backups and restores can see it:
/// snapshots with INVALID records, writes that stay blocked, checkpoints as files, tables that metad takes in and removes,
/// agents with disks and journals. Two spaces; n2 has two data paths.
/// </summary>
sealed class FakeCluster : IClusterConnector
{
    static readonly FakeSpace[] FirstSpaces = [new(1, "people", 3), new(2, "items", 2)];

    // Names are not used again, so metad's tables need hold no more than them.
    readonly Dictionary<string, FakeSpace> everCreated = FirstSpaces.ToDictionary(s => s.Name);

    public FakeCluster(IObjectStore store, Gate gate, int metads = 1, string prefix = "n")
    {
        Gate = gate;
        Store = store;
        Hosts =
        [
            NewHost($"{prefix}1", metads >= 1, graph: true, 1),
            NewHost($"{prefix}2", metads >= 2, graph: false, 2),
            NewHost($"{prefix}3", metads >= 3, graph: false, 1),
        ];
        MetaService = new FakeMeta(this);
        Fill("v1");
    }

    public Gate Gate { get; }

    public IObjectStore Store { get; set; }

    public IReadOnlyList<FakeHost> Hosts { get; }

    public FakeMeta MetaService { get; }

    public IMetaClient Meta => MetaService;

    public IEnumerable<FakeHost> Storageds => Hosts.Where(h => h.Has(Role.Storage));

    public IEnumerable<FakeHost> Metads => Hosts.Where(h => h.Has(Role.Meta));

    /// <summary>Room on every disk.</summary>
    public long FreeBytes { get; set; } = 1 << 29;

    /// <summary>Changes what agents report of an uploaded file; null: another agent's lie.</summary>
    public Func<FileResult, FileResult> Tamper { get; set; } = result => result;

    /// <summary>Keys that agents sent, in order.</summary>
    public CallLog Sent { get; } = new();

    /// <summary>Files that agents read only to compare them.</summary>
    public CallLog Hashed { get; } = new();

    /// <summary>The spaces that metad's tables name: those of the backup after a restore.</summary>
    public IReadOnlyList<FakeSpace> Spaces => [.. (Metads.First().Disk.Text(Tables(Metads.First())) ?? "").Split(' ')[^1].Split(',').Where(everCreated.ContainsKey).Select(name => everCreated[name])];

    public bool MetadRuns => Metads.Any(h => h.Running.Contains(Role.Meta));

    public bool AllRun => Hosts.All(h => h.Roles.All(h.Running.Contains));

    public bool WritesOpen => Hosts.All(h => h.BlockedSpaces.Count == 0);

    public bool HasCheckpointFiles => Hosts.Any(h => h.Disk.Below(h.Root).Any(f => f.Key.Contains("/checkpoints/")));

    public string Disks => string.Join("\n--\n", Hosts.Select(h => $"{h.Name}\n{h.Disk.Snapshot()}"));

    public IStorageAdminClient StorageAdmin(HostAddress storaged) => new FakeStorageAdmin(this, Hosts.Single(h => h.Storage == storaged));

    public IAgentClient Agent(HostAddress agent) => new FakeAgent(this, Hosts.Single(h => h.Agent == agent));

    /// <summary>Writes data as if users had: content depends on the generation, space, data path and host.</summary>
    public void Fill(string generation)
    {
        WriteTables(FirstSpaces);
        foreach (var host in Storageds) host.Disk.Write($"{host.Root}/cluster.id", $"id {generation}");
        foreach (var space in FirstSpaces) Fill(space, generation);

        void WriteTables(IEnumerable<FakeSpace> spaces)
        {
            foreach (var host in Metads) host.Disk.Write(Tables(host), $"tables {generation} {string.Join(',', spaces.Select(s => s.Name))}");
        }
    }

    /// <summary>Creates a space with data.</summary>
    public void CreateSpace()
    {
        var id = everCreated.Count + 1;
        var space = everCreated[$"space{id}"] = new FakeSpace(id, $"space{id}", 2);
        SetSpaces([.. Spaces, space]);
        Fill(space, "new");
    }

    /// <summary>Drops a space with all its data.</summary>
    public void DropSpace(FakeSpace space)
    {
        SetSpaces([.. Spaces.Where(s => s != space)]);
        foreach (var host in Storageds)
            foreach (var path in host.DataPaths) host.Disk.Remove($"{path}/nebula/{space.Id}");
    }

    void SetSpaces(IReadOnlyList<FakeSpace> spaces)
    {
        foreach (var host in Metads) host.Disk.Write(Tables(host), $"tables changed {string.Join(',', spaces.Select(s => s.Name))}");
    }

    void Fill(FakeSpace space, string generation)
    {
        foreach (var host in Storageds)
            foreach (var path in host.DataPaths)
            {
                var engine = $"{path}/nebula/{space.Id}";
                host.Disk.Remove(engine);
                host.Disk.Write($"{engine}/data/CURRENT", "MANIFEST-000005\n");
                host.Disk.Write($"{engine}/data/MANIFEST-000005", $"manifest {generation}");
                host.Disk.Write($"{engine}/data/000009.sst", $"{generation} {host.Name} {path} {space.Name} " + new string('x', 500));
                host.Disk.Write($"{engine}/wal/1/0000000000000000001.wal", $"wal {generation} {host.Name}");
            }
    }

    static string Tables(FakeHost metad) => $"{metad.MetaPath}/nebula/0/data/db";

    /// <summary>The data that users would read: everything below the data paths, without cluster ids.</summary>
    public string Data => string.Join('\n', Hosts.SelectMany(h => h.DataPaths.SelectMany(p => h.Disk.Below($"{p}/nebula")).Concat(h.HasMeta ? h.Disk.Below($"{h.MetaPath}/nebula") : [])
        .Select(f => $"{h.Name} {f.Key}={Convert.ToHexString(f.Value)}")));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    static FakeHost NewHost(string name, bool meta, bool graph, int dataPaths)
    {
        var host = new FakeHost(name) { HasMeta = meta, HasGraph = graph, DataPaths = [.. Enumerable.Range(0, dataPaths).Select(i => $"/srv/{name}/data/storage{(i == 0 ? "" : $"{i + 1}")}")] };
        host.Running.UnionWith(host.Roles);
        return host;
    }
}

/// <summary>A graph space.</summary>
sealed record FakeSpace(int Id, string Name, int Parts);
