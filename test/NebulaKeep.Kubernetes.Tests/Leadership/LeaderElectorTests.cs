using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Leadership;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Tests.Fakes;
using NebulaKeep.Testing;

namespace NebulaKeep.Kubernetes.Tests.Leadership;

public sealed class LeaderElectorTests : IAsyncLifetime
{
    static readonly NamespacedName Lease = new("system", "operator");
    readonly FakeTimeProvider clock = new();
    readonly CancellationTokenSource stop = new();
    FakeApiServer server = null!;
    KubeClient client = null!;

    public async ValueTask InitializeAsync()
    {
        server = await FakeApiServer.StartAsync();
        client = server.Client();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        stop.Dispose();
        await server.DisposeAsync();
    }

    LeaderElector Candidate(string identity) => new(client, new LeaderElectionOptions { Lease = Lease, Identity = identity }, clock, NullLogger.Instance);

    static Task LeadUntilStopped(CancellationToken term) => Task.Delay(Timeout.Infinite, term);

    LeaseRecord Stored() => LeaseRecord.Read(server.Store.Find("leases", Lease)!);

    /// <summary>Moves the clock in small steps, letting requests finish in between, until something holds.</summary>
    Task AdvanceUntilAsync(Func<bool> condition, string because) => Eventually.TrueAsync(() =>
    {
        if (condition()) return true;
        clock.Advance(TimeSpan.FromMilliseconds(500));
        return false;
    }, because);

    [Fact]
    public async Task The_first_one_leads_and_renews()
    {
        var elector = Candidate("one");
        var running = elector.RunAsync(LeadUntilStopped, stop.Token);
        await AdvanceUntilAsync(() => elector.IsLeader, "it leads");
        var first = Stored();
        await AdvanceUntilAsync(() => Stored().Renewed > first.Renewed, "it renews");

        (Stored().Holder, Stored().Acquired, Stored().Transitions, Stored().DurationSeconds).ShouldBe(("one", first.Acquired, 0, 15));
        await stop.CancelAsync();
        await running;
        Stored().Holder.ShouldBe("");
        elector.IsLeader.ShouldBeFalse();
    }

    [Fact]
    public async Task Another_waits_while_the_holder_renews_and_takes_over_when_it_is_silent()
    {
        var held = LeaseRecord.Take(null, new LeaderElectionOptions { Lease = Lease, Identity = "dead" }, clock.GetUtcNow().AddYears(5));
        server.Store.Put("leases", held);
        var elector = Candidate("two");
        var running = elector.RunAsync(LeadUntilStopped, stop.Token);
        var since = clock.GetUtcNow();
        await AdvanceUntilAsync(() => elector.IsLeader, "the holder's clock does not count, its silence does");

        (clock.GetUtcNow() - since).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(15));
        (Stored().Holder, Stored().Transitions).ShouldBe(("two", 1));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_leader_that_cannot_renew_stops_before_others_may_take_over()
    {
        var elector = Candidate("one");
        DateTimeOffset? stopped = null;
        var running = elector.RunAsync(async term =>
        {
            await Task.Delay(Timeout.Infinite, term).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopped ??= clock.GetUtcNow();
        }, stop.Token);
        await AdvanceUntilAsync(() => elector.IsLeader, "it leads");
        server.Intercept = async context =>
        {
            await FakeApiServer.RefuseAsync(context, 503, "ServiceUnavailable");
            return true;
        };
        var renewed = Stored().Renewed!.Value;
        await AdvanceUntilAsync(() => stopped is not null, "it stops");

        (stopped!.Value - renewed).ShouldBeLessThan(TimeSpan.FromSeconds(15));
        await stop.CancelAsync();
        await EndAsync(running);
    }

    [Fact]
    public async Task A_leader_whose_lease_was_taken_from_it_stops()
    {
        var elector = Candidate("one");
        var terms = 0;
        var running = elector.RunAsync(term =>
        {
            terms++;
            return LeadUntilStopped(term);
        }, stop.Token);
        await AdvanceUntilAsync(() => elector.IsLeader, "it leads");
        var stolen = server.Store.Find("leases", Lease)!;
        stolen["spec"]!["holderIdentity"] = "thief";
        server.Store.Put("leases", stolen);

        await AdvanceUntilAsync(() => !elector.IsLeader, "it stops");
        Stored().Holder.ShouldBe("thief");
        terms.ShouldBe(1);
        await stop.CancelAsync();
        await EndAsync(running);
    }

    [Fact]
    public async Task Work_that_fails_ends_the_run_and_gives_the_lease_back()
    {
        var elector = Candidate("one");

        await Should.ThrowAsync<InvalidOperationException>(() => elector.RunAsync(_ => Task.FromException(new InvalidOperationException("no")), stop.Token));
        Stored().Holder.ShouldBe("");
    }

    [Fact]
    public void Timings_that_allow_two_leaders_are_refused()
    {
        var options = new LeaderElectionOptions { Lease = Lease, Identity = "x", RenewDeadline = TimeSpan.FromSeconds(15) };

        Should.Throw<ArgumentException>(() => new LeaderElector(client, options, clock, NullLogger.Instance));
    }

    /// <summary>The release of the lease may wait for its time limit.</summary>
    Task EndAsync(Task running) => AdvanceUntilAsync(() => running.IsCompleted, "the run ends");
}
