using NebulaKeep.Nebula.Calls;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.Nebula.Storage;

/// <summary>How a storaged is connected to and how patient the client is.</summary>
public sealed record StorageAdminClientOptions
{
    /// <summary>Connection, TLS and the time of ordinary calls.</summary>
    public ThriftClientOptions Connection { get; init; } = new();

    /// <summary>Retries.</summary>
    public RetryOptions Retry { get; init; } = new() { RetryFor = TimeSpan.FromSeconds(10) };

    /// <summary>How long making or dropping checkpoints may take.</summary>
    public TimeSpan CheckpointTimeout { get; init; } = TimeSpan.FromHours(1);
}
