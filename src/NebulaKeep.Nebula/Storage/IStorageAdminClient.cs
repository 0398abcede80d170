using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.Nebula.Storage;

/// <summary>
/// The admin calls of one storaged (spec/meta-thrift.md §8). Throws <see cref="Calls.NebulaErrorException"/> for error codes,
/// <see cref="Calls.NebulaUnavailableException"/> when the server could not be reached in time. Safe for concurrent use.
/// </summary>
public interface IStorageAdminClient : IAsyncDisposable
{
    /// <summary>The admin address: data port − 1.</summary>
    HostAddress Address { get; }

    /// <summary>
    /// Makes the host refuse or take writes in the spaces. The server stops at the first space it does not have, so each space is a call
    /// of its own, and a missing space is no error. A server that is restarted takes writes again.
    /// </summary>
    Task SetWritesBlockedAsync(IReadOnlyCollection<int> spaceIds, bool blocked, CancellationToken cancellationToken);

    /// <summary>Makes checkpoints; spaces that the host does not have are skipped.</summary>
    Task<IReadOnlyList<CheckpointInfo>> CreateCheckpointAsync(IReadOnlyList<int> spaceIds, string name,
        CancellationToken cancellationToken);

    /// <summary>Deletes checkpoints; missing ones are no error.</summary>
    Task DropCheckpointAsync(IReadOnlyList<int> spaceIds, string name, CancellationToken cancellationToken);

    /// <summary>Space to the partitions that the host leads.</summary>
    Task<IReadOnlyDictionary<int, IReadOnlyList<int>>> GetLeaderPartsAsync(CancellationToken cancellationToken);
}
