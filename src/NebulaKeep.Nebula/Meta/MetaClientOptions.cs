using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.Nebula.Meta;

/// <summary>Where the metads are and how patient a client is.</summary>
public sealed record MetaClientOptions
{
    /// <summary>One or more metads; any of them will do, the leader is found from there.</summary>
    public required IReadOnlyList<HostAddress> Addresses { get; init; }

    /// <summary>Connection, TLS and the time of ordinary calls.</summary>
    public ThriftClientOptions Connection { get; init; } = new();

    /// <summary>Retries.</summary>
    public RetryOptions Retry { get; init; } = new();

    /// <summary>
    /// How long createBackup and createSnapshot may take. They last as long as the slowest storaged and have no limit of their own
    /// (spec/meta-thrift.md §4), so the default is half a day.
    /// </summary>
    public TimeSpan CreateBackupTimeout { get; init; } = TimeSpan.FromHours(12);

    /// <summary>How long restoreMeta, dropSnapshot and dropSpace may take; they wait for disks and for a running backup.</summary>
    public TimeSpan LongCallTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The own address that verifyClientVersion names; an agent has one, br has none.</summary>
    public HostAddress? ClientAddress { get; init; }
}
