using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Tests.Fakes;
using NebulaKeep.Kubernetes.Watching;
using NebulaKeep.Testing;

namespace NebulaKeep.Kubernetes.Tests.Watching;

public sealed class InformerTests : IAsyncLifetime
{
    readonly ConcurrentQueue<string> events = new();
    readonly CancellationTokenSource stop = new();
    FakeApiServer server = null!;
    KubeClient client = null!;
    Task running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        server = await FakeApiServer.StartAsync();
        client = server.Client(new KubeClientOptions { PageSize = 2, WatchTimeout = TimeSpan.FromSeconds(30) });
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        client.Dispose();
        stop.Dispose();
        await server.DisposeAsync();
    }

    Informer Start(InformerOptions? options = null, TimeProvider? time = null)
    {
        var quick = (options ?? new InformerOptions()) with { FirstBackOff = TimeSpan.FromMilliseconds(1), LongestBackOff = TimeSpan.FromMilliseconds(20) };
        var informer = new Informer(client, KnownKinds.ConfigMap, quick, time ?? TimeProvider.System, new Random(1), NullLogger.Instance);
        informer.AddHandler(change => events.Enqueue($"{change.Type} {change.Object.Key().Name} {change.Object.Text("data", "value")}"));
        running = informer.RunAsync(stop.Token);
        return informer;
    }

    JsonObject Put(string name, string value = "") => server.Store.Put("configmaps", TestObjects.ConfigMap(name, value));

    void Remove(string name) => server.Store.Remove("configmaps", new NamespacedName("default", name));

    int Count(string part) => server.Requests.Count(request => request.Contains(part));

    [Fact]
    public async Task It_lists_once_and_then_follows()
    {
        Put("a", "1");
        Put("b", "1");
        Put("c", "1");
        var informer = Start();
        await informer.Synced;
        informer.Cache.Count.ShouldBe(3);
        Put("a", "2");
        Remove("b");
        Put("d", "1");

        await Eventually.TrueAsync(() => events.Count == 6, "six events");
        events.ShouldBe(["Added a 1", "Added b 1", "Added c 1", "Updated a 2", "Deleted b 1", "Added d 1"]);
        (informer.Lists, Count("limit=2&"), Count("limit=2")).ShouldBe((1, 1, 2));
        informer.Cache.Find(new NamespacedName("default", "a")).Text("data", "value").ShouldBe("2");
        informer.Cache.Find(new NamespacedName("default", "b")).ShouldBeNull();
    }

    [Fact]
    public async Task A_broken_watch_goes_on_from_where_it_was_without_a_new_list()
    {
        var cut = new SemaphoreSlim(0);
        server.Intercept = async context =>
        {
            if (context.Request.Query["watch"] != "true") return false;
            if (await cut.WaitAsync(0)) context.Abort();
            return false;
        };
        cut.Release(5);
        var informer = Start();
        await informer.Synced;
        Put("a", "1");
        await Eventually.TrueAsync(() => events.Contains("Added a 1"), "the event came in the end");

        informer.Lists.ShouldBe(1);
        informer.Watches.ShouldBe(6);
        cut.Dispose();
    }

    [Fact]
    public async Task After_a_compaction_it_lists_again_and_reports_what_it_missed()
    {
        Put("stays", "1");
        Put("changes", "1");
        Put("goes", "1");
        Put("reborn", "1");
        var blocked = true;
        server.Intercept = async context =>
        {
            if (!Volatile.Read(ref blocked) || context.Request.Query["watch"] != "true") return false;
            await FakeApiServer.RefuseAsync(context, 503, "ServiceUnavailable");
            return true;
        };
        var informer = Start();
        await informer.Synced;
        events.Clear();
        Put("changes", "2");
        Remove("goes");
        Remove("reborn");
        Put("reborn", "2");
        Put("new", "1");
        server.Store.Compact();
        Volatile.Write(ref blocked, false);

        await Eventually.TrueAsync(() => events.Count == 5, "five events");
        events.Order().ShouldBe(["Added new 1", "Added reborn 2", "Deleted goes 1", "Deleted reborn 1", "Updated changes 2"]);
        informer.Lists.ShouldBe(2);
    }

    [Fact]
    public async Task A_bookmark_moves_the_version_and_nothing_else()
    {
        Put("a", "1");
        var watches = 0;
        server.Intercept = async context =>
        {
            if (context.Request.Query["watch"] != "true" || Interlocked.Increment(ref watches) > 1) return false;
            await FakeApiServer.WriteEventAsync(context, "BOOKMARK", new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = "7777" } });
            return true;
        };
        var informer = Start();
        await Eventually.TrueAsync(() => Count("resourceVersion=7777") > 0, "the next watch starts at the bookmark");

        events.ShouldBe(["Added a 1"]);
        informer.Cache.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Resync_reports_every_object_again_without_a_request()
    {
        Put("a", "1");
        Put("b", "1");
        var clock = new FakeTimeProvider();
        client.Dispose();
        client = server.Client(new KubeClientOptions { WatchTimeout = TimeSpan.FromSeconds(30) });
        var informer = Start(new InformerOptions { Resync = TimeSpan.FromMinutes(10) }, clock);
        await informer.Synced;
        await Eventually.TrueAsync(() => Count("watch=true") == 1, "the watch is open");
        var asked = server.Requests.Count;

        clock.Advance(TimeSpan.FromMinutes(10));

        events.Where(text => text.StartsWith("Resync", StringComparison.Ordinal)).Order().ShouldBe(["Resync a 1", "Resync b 1"]);
        server.Requests.Count.ShouldBe(asked);
    }

    [Fact]
    public async Task Indexes_follow_the_objects()
    {
        JsonObject Labelled(string name, string value)
        {
            var item = TestObjects.ConfigMap(name);
            item.Metadata()["labels"] = new JsonObject { ["cluster"] = value };
            item.Metadata()["ownerReferences"] = new JsonArray(new JsonObject { ["uid"] = $"owner-of-{name}" });
            return item;
        }
        server.Store.Put("configmaps", Labelled("a", "x"));
        server.Store.Put("configmaps", Labelled("b", "x"));
        var informer = Start(new InformerOptions
        { Indexers = new Dictionary<string, Indexer> { ["cluster"] = Indexers.ByLabel("cluster"), ["owner"] = Indexers.ByOwner } });
        await informer.Synced;
        informer.Cache.Find("cluster", "x").Count.ShouldBe(2);
        server.Store.Put("configmaps", Labelled("a", "y"));
        Remove("b");
        await Eventually.TrueAsync(() => events.Count == 4, "both changes came");

        informer.Cache.Find("cluster", "x").ShouldBeEmpty();
        informer.Cache.Find("cluster", "y").Single().Key().Name.ShouldBe("a");
        informer.Cache.Find("owner", "owner-of-a").Single().Key().Name.ShouldBe("a");
        informer.Cache.Find("owner", "owner-of-b").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_handed_out_is_the_callers_own_and_without_managed_fields()
    {
        var item = TestObjects.ConfigMap("a", "1");
        item.Metadata()["managedFields"] = new JsonArray(new JsonObject { ["manager"] = "m" });
        server.Store.Put("configmaps", item);
        var informer = Start();
        await informer.Synced;
        var key = new NamespacedName("default", "a");

        informer.Cache.Find(key)!["data"]!["value"] = "changed";
        informer.Cache.List().Single()["data"]!["value"] = "changed";

        informer.Cache.Find(key).Text("data", "value").ShouldBe("1");
        informer.Cache.Find(key).At("metadata", "managedFields").ShouldBeNull();
        informer.Cache.Find(key).Text("kind").ShouldBe("ConfigMap");
    }

    [Fact]
    public async Task An_index_counts_what_is_under_each_value()
    {
        Put("a", "x");
        Put("b", "x");
        Put("c", "y");
        var informer = Start(new InformerOptions { Indexers = new Dictionary<string, Indexer> { ["value"] = item => [item.Text("data", "value")!] } });
        await informer.Synced;
        informer.Cache.CountBy("value").OrderBy(count => count.Key).ShouldBe([KeyValuePair.Create("x", 2), KeyValuePair.Create("y", 1)]);

        Put("b", "y");
        Remove("a");
        await Eventually.TrueAsync(() => events.Count == 5, "both changes came");

        informer.Cache.CountBy("value").ShouldBe([KeyValuePair.Create("y", 2)]);
    }

    [Fact]
    public async Task A_list_that_breaks_off_midway_is_read_again_from_its_start()
    {
        foreach (var name in new[] { "a", "b", "c" }) Put(name, "1");
        var refusals = 2;
        server.Intercept = async context =>
        {
            if (!context.Request.Query.ContainsKey("continue") || Interlocked.Decrement(ref refusals) < 0) return false;
            await FakeApiServer.RefuseAsync(context, refusals == 1 ? 410 : 503, refusals == 1 ? "Expired" : "ServiceUnavailable");
            return true;
        };
        var informer = Start();
        await informer.Synced.WaitAsync(TimeSpan.FromSeconds(10));

        events.ShouldBe(["Added a 1", "Added b 1", "Added c 1"]);      // what came twice is told once
        (informer.Lists, informer.Cache.Count, server.Requests.Count(request => request.EndsWith("?limit=2", StringComparison.Ordinal))).ShouldBe((1, 3, 3));
    }

    [Fact]
    public async Task Of_all_informers_of_a_client_one_reads_a_page_at_a_time()
    {
        foreach (var name in new[] { "a", "b", "c", "d", "e" }) Put(name, "1");
        var (reading, most) = (0, 0);
        server.Intercept = async context =>
        {
            if (context.Request.Query["watch"] == "true") return false;
            most = Math.Max(most, Interlocked.Increment(ref reading));
            await Task.Delay(TimeSpan.FromMilliseconds(5));
            Interlocked.Decrement(ref reading);
            return false;
        };
        var informers = Enumerable.Range(0, 4).Select(number => new Informer(client, KnownKinds.ConfigMap, new InformerOptions(), TimeProvider.System, new Random(number), NullLogger.Instance)).ToList();
        running = Task.WhenAll(informers.Select(informer => informer.RunAsync(stop.Token)));
        await Task.WhenAll(informers.Select(informer => informer.Synced)).WaitAsync(TimeSpan.FromSeconds(10));

        (most, Count("limit=2")).ShouldBe((1, 12));
        informers.ShouldAllBe(informer => informer.Cache.Count == 5);
    }

    [Fact]
    public async Task A_handler_that_throws_does_not_stop_the_others()
    {
        var informer = new Informer(client, KnownKinds.ConfigMap, new InformerOptions(), TimeProvider.System, new Random(1), NullLogger.Instance);
        informer.AddHandler(_ => throw new InvalidOperationException("a bug"));
        informer.AddHandler(change => events.Enqueue(change.Object.Key().Name));
        running = informer.RunAsync(stop.Token);
        Put("a");

        await Eventually.TrueAsync(() => events.Contains("a"), "the other handler heard of it");
    }

    [Fact]
    public async Task An_api_server_that_is_away_is_asked_again_until_it_answers()
    {
        var refusals = 0;
        server.Intercept = async context =>
        {
            if (Interlocked.Increment(ref refusals) > 5) return false;
            await FakeApiServer.RefuseAsync(context, 503, "ServiceUnavailable");
            return true;
        };
        Put("a");
        var informer = Start();
        await informer.Synced.WaitAsync(TimeSpan.FromSeconds(10));

        informer.Cache.Count.ShouldBe(1);
    }
}
