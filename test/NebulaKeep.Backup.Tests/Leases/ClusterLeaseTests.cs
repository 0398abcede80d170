using NebulaKeep.Backup.Leases;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Memory;
using NebulaKeep.Testing;
using NebulaKeep.Testing.Stores;

namespace NebulaKeep.Backup.Tests.Leases;

public sealed class ClusterLeaseTests
{
    static readonly LeaseHolder Holder = new("br", "host-a", 7, DateTimeOffset.UnixEpoch, "key");
    readonly FakeTimeProvider clock = new();
    readonly MemoryObjectStore store;
    readonly Random random = new(1);

    public ClusterLeaseTests() => store = new MemoryObjectStore(clock);

    [Fact]
    public async Task A_second_holder_is_refused_and_told_who_the_first_is()
    {
        await using var first = await AcquireAsync();

        var refused = await Should.ThrowAsync<LeaseTakenException>(AcquireAsync);

        refused.Message.ShouldContain("br on host-a (process 7");
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_lease_given_back_can_be_taken_at_once()
    {
        await (await AcquireAsync()).DisposeAsync();

        (await CountAsync()).ShouldBe(0);
        await (await AcquireAsync()).DisposeAsync();
    }

    [Fact]
    public async Task Another_cluster_has_a_lease_of_its_own()
    {
        await using var first = await AcquireAsync();

        await using var other = await ClusterLease.AcquireAsync(store, "other", Holder, LeaseTimes.Default, clock, random, CancellationToken.None);
    }

    [Fact]
    public async Task A_holder_that_died_is_followed_after_the_expiry_and_not_before()
    {
        await store.PutAsync(".nebulakeep/lock-key/dead.json", new MemoryStream([1]), PutCondition.CreateOnly, CancellationToken.None);

        clock.Advance(LeaseTimes.Default.Expiry);
        (await Should.ThrowAsync<LeaseTakenException>(AcquireAsync)).Message.ShouldContain("another run");

        clock.Advance(TimeSpan.FromSeconds(1));
        await using var next = await AcquireAsync();
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_silent_holder_is_waited_for_until_it_is_dead()
    {
        await store.PutAsync(".nebulakeep/lock-key/dead.json", new MemoryStream([1]), PutCondition.CreateOnly, CancellationToken.None);
        var began = clock.GetUtcNow();
        var told = new List<string>();

        var waiting = AfterSilenceAsync(told.Add);
        while (!waiting.IsCompleted && clock.GetUtcNow() - began < LeaseTimes.Default.Expiry * 2) await AdvanceAsync(LeaseTimes.Default.Renewal);
        await using var next = await waiting;

        (clock.GetUtcNow() - began).ShouldBeInRange(LeaseTimes.Default.Expiry, LeaseTimes.Default.Expiry + LeaseTimes.Default.Renewal * 2);
        told.ShouldHaveSingleItem().ShouldContain("Waiting to see whether it is alive");
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_holder_that_is_seen_to_renew_is_not_waited_for()
    {
        await using var first = await AcquireAsync();

        var waiting = AfterSilenceAsync(_ => { });
        for (var i = 0; i < 3 && !waiting.IsCompleted; i++) await AdvanceAsync(LeaseTimes.Default.Renewal);

        await Should.ThrowAsync<LeaseTakenException>(waiting);
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_living_holder_renews_and_is_never_followed()
    {
        await using var first = await AcquireAsync();
        for (var i = 0; i < 20; i++) await AdvanceAsync(LeaseTimes.Default.Renewal);

        await Should.ThrowAsync<LeaseTakenException>(AcquireAsync);
        first.Lost.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task A_holder_that_cannot_renew_is_told_before_another_could_follow()
    {
        var faulty = new FaultyObjectStore(store);
        for (var nth = 2; nth < 20; nth++) faulty.On(StoreCall.Put, nth, new StoreFault.Fail(StoreFailure.Unavailable));
        await using var lease = await ClusterLease.AcquireAsync(faulty, "key", Holder, LeaseTimes.Default, clock, random, CancellationToken.None);
        var began = clock.GetUtcNow();

        while (!lease.Lost.IsCancellationRequested && clock.GetUtcNow() - began < LeaseTimes.Default.Expiry * 2) await AdvanceAsync(LeaseTimes.Default.Renewal);

        lease.Lost.IsCancellationRequested.ShouldBeTrue();
        (clock.GetUtcNow() - began).ShouldBeLessThan(LeaseTimes.Default.Expiry);
    }

    [Fact]
    public async Task Of_many_at_once_at_most_one_holds()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                return await Task.Run(() => ClusterLease.AcquireAsync(store, "key", Holder, LeaseTimes.Default, clock, new Random(i), CancellationToken.None));
            }
            catch (LeaseTakenException)
            {
                return null;
            }
        }));

        results.Count(r => r is not null).ShouldBeLessThanOrEqualTo(1);
        foreach (var lease in results) if (lease is not null) await lease.DisposeAsync();
        (await CountAsync()).ShouldBe(0);
    }

    Task<ClusterLease> AfterSilenceAsync(Action<string> told) => ClusterLease.AcquireAfterSilenceAsync(store, Holder, LeaseTimes.Default, clock, random, told, CancellationToken.None);

    Task<ClusterLease> AcquireAsync() => ClusterLease.AcquireAsync(store, "key", Holder, LeaseTimes.Default, clock, random, CancellationToken.None);

    // The renewal waits on the fake clock; the next step may only be taken when it waits again.
    async Task AdvanceAsync(TimeSpan by)
    {
        await Eventually.TrueAsync(() => clock.PendingTimers > 0, "the renewal waits");
        clock.Advance(by);
        await Eventually.TrueAsync(() => clock.PendingTimers > 0, "the renewal waits again");
    }

    async Task<int> CountAsync() => await store.ListAsync(".nebulakeep/", CancellationToken.None).CountAsync();
}
