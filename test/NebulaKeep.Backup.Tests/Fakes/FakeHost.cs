using NebulaKeep.Core;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Backup.Tests.Fakes;

/// <summary>One host: disk, daemons, agent, open journals.</summary>
sealed class FakeHost(string name)
{
    public string Name { get; } = name;

    public HostAddress Agent { get; } = new(name, 8888);

    public string Root { get; } = $"/srv/{name}";

    public FakeDisk Disk { get; } = new();

    public bool HasMeta { get; init; }

    public bool HasGraph { get; init; }

    public IReadOnlyList<string> DataPaths { get; set; } = [];

    public string MetaPath => $"{Root}/data/meta";

    public HostAddress Meta => new(Name, 9559);

    public HostAddress Graph => new(Name, 9669);

    public HostAddress Storage => new(Name, 9779);

    public HashSet<Role> Running { get; } = [];

    public HashSet<int> BlockedSpaces { get; } = [];

    public Dictionary<string, List<Move>> Journals { get; } = [];

    /// <summary>The agent does not answer.</summary>
    public bool AgentDead { get; set; }

    public IEnumerable<Role> Roles
    {
        get
        {
            if (HasMeta) yield return Role.Meta;
            if (HasGraph) yield return Role.Graph;
            if (DataPaths.Count > 0) yield return Role.Storage;
        }
    }

    public bool Has(Role role) => Roles.Contains(role);
}
