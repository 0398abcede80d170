using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.Backup.Tests.Fakes;

/// <summary>The admin port of one fake storaged.</summary>
sealed class FakeStorageAdmin(FakeCluster cluster, FakeHost host) : IStorageAdminClient
{
    public HostAddress Address => host.Storage.WithPort(host.Storage.Port - 1);

    public Task SetWritesBlockedAsync(IReadOnlyCollection<int> spaceIds, bool blocked, CancellationToken cancellationToken) =>
        cluster.Gate.PassAsync($"blockingWrites {blocked} {host.Name}", cancellationToken, () =>
        {
            if (blocked) host.BlockedSpaces.UnionWith(spaceIds);
            else host.BlockedSpaces.ExceptWith(spaceIds);
        });

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task<IReadOnlyList<CheckpointInfo>> CreateCheckpointAsync(IReadOnlyList<int> spaceIds, string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DropCheckpointAsync(IReadOnlyList<int> spaceIds, string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyDictionary<int, IReadOnlyList<int>>> GetLeaderPartsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
