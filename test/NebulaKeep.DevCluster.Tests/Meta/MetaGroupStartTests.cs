using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Meta.Replication;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Tests.Meta;

public sealed class MetaGroupStartTests
{
    static readonly IReadOnlyList<HostAddress> All = [new("m1", 9559), new("m2", 9559), new("m3", 9559)];

    [Fact]
    public async Task A_follower_that_vanishes_while_the_leader_begins_does_not_keep_it_from_leading_later()
    {
        using var folder = new TemporaryFolder();
        using var store = MetaStore.Open(folder.Path);
        var peers = new Followers { RefuseAppends = 4 };
        using var group = new MetaGroup(All[0], All, store, peers, TimeProvider.System, NullLogger.Instance);

        await group.LeadAsync(_ => Task.CompletedTask, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

        group.IsReady.ShouldBeTrue();
        peers.RefuseAppends.ShouldBe(0);
        await group.CommitAsync(new MetaBatch().Put([1], [2]), CancellationToken.None);
        store.Get([1]).ShouldBe([2]);
    }

    /// <summary>Two followers that tell their position but do not take the first changes.</summary>
    sealed class Followers : IMetaPeers
    {
        public int RefuseAppends { get; set; }

        public Task<PositionResp> ReplicateAsync(HostAddress peer, ReplicateReq request, CancellationToken cancellationToken)
        {
            if (RefuseAppends == 0) return Task.FromResult(new PositionResp(ErrorCode.SUCCEEDED, request.After));
            RefuseAppends--;
            throw new NebulaKeepException("gone");
        }

        public Task<ReadStoreResp> ReadStoreAsync(HostAddress peer, ReadStoreReq request, CancellationToken cancellationToken) =>
            Task.FromResult(new ReadStoreResp([], default));
    }
}
