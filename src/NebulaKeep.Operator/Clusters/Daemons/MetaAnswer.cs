using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.Operator.Clusters.Daemons;

/// <summary>What the meta service says of its cluster.</summary>
sealed record MetaAnswer
{
    /// <summary>The version that its leader reports; null where it reports none.</summary>
    public string? Version { get; init; }

    /// <summary>Registered storageds and the partitions that they have, by the space's name; also those that never came up.</summary>
    public IReadOnlyDictionary<HostAddress, IReadOnlyDictionary<string, int>> Storages { get; init; } = new Dictionary<HostAddress, IReadOnlyDictionary<string, int>>();

    public IReadOnlyList<GraphSpace> Spaces { get; init; } = [];

    /// <summary>How the balance job is going that was asked for; null where none was.</summary>
    public JobStatus? Job { get; init; }

    /// <summary>It lets in clients that show no certificate; null where it uses no TLS.</summary>
    public bool? AcceptsStrangers { get; init; }
}

/// <summary>A graph space, and on how many storageds each of its partitions lies.</summary>
sealed record GraphSpace(int Id, string Name, int ReplicaFactor);
