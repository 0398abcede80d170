using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Configuration;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Tests.Fakes;
using NebulaKeep.Kubernetes.Watching;
using NebulaKeep.Testing;

namespace NebulaKeep.Kubernetes.Tests.Watching;

/// <summary>Informers over HTTP/2 and TLS whose every connection is cut, delayed, half-closed or frozen sooner or later, while objects change all the time.</summary>
public sealed class ReconnectTests : IAsyncLifetime
{
    const int Informers = 8;
    const int WarmUp = 200;
    const int Reconnects = 1_000;
    const int FrozenOutOf = 150;
    const int MostBytes = 16_000;
    const long MostGrowth = 4 << 20;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    static readonly KubeClientOptions Impatient = new() { WatchTimeout = TimeSpan.FromSeconds(2), WatchGrace = TimeSpan.FromMilliseconds(500), KeepAlive = TimeSpan.FromSeconds(1), RequestTimeout = TimeSpan.FromSeconds(2) };

    readonly TestPki pki = new();
    readonly Random chance = new(20261122);
    readonly CancellationTokenSource stop = new();
    readonly List<Follower> followers = [];
    X509Certificate2 certificate = null!;
    FakeApiServer server = null!;
    FaultProxy proxy = null!;
    int changes;

    public async ValueTask InitializeAsync()
    {
        var files = pki.Server();
        certificate = X509Certificate2.CreateFromPemFile(files.CertPath!, files.KeyPath);
        server = await FakeApiServer.StartAsync(certificate);
        proxy = new FaultProxy(new IPEndPoint(IPAddress.Loopback, server.Address.Port), Draw);
        proxy.Start();
        for (var n = 0; n < Informers; n++) followers.Add(new Follower(proxy.Address, pki.CaPath, n, stop.Token));
        // Of what changes while an informer lists for the first time it hears only how it ended.
        await Task.WhenAll(followers.Select(follower => follower.Informer.Synced)).WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        foreach (var follower in followers) await follower.DisposeAsync();
        await proxy.DisposeAsync();
        await server.DisposeAsync();
        certificate.Dispose();
        pki.Dispose();
        stop.Dispose();
    }

    [Fact]
    public async Task A_thousand_broken_connections_lose_no_event_and_no_memory()
    {
        await ChangeUntilAsync(WarmUp);
        var before = await MemoryAsync();
        await ChangeUntilAsync(Reconnects + WarmUp);
        var after = await MemoryAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"{changes} changes, {proxy.Broken} broken connections ({string.Join(", ", Enum.GetValues<Fault>().Select(fault => $"{proxy.Count(fault)} {fault}"))}), {followers.Sum(follower => follower.Informer.Watches)} watches; {(after - before) >> 10} KiB more");
        foreach (var fault in Enum.GetValues<Fault>()) proxy.Count(fault).ShouldBePositive(fault.ToString());
        foreach (var follower in followers)
        {
            follower.Wrong.ShouldBeNull();
            follower.Informer.Lists.ShouldBe(1, "a broken watch goes on from where it was");
            follower.Informer.Cache.List().Select(item => item.Text("data", "value")).ShouldBe(server.Store.List("configmaps").Items.Select(item => item.Text("data", "value")), ignoreOrder: true);
        }
        followers.Sum(follower => follower.Informer.Watches).ShouldBeGreaterThan(Reconnects);
        (after - before).ShouldBeLessThan(MostGrowth);
    }

    /// <summary>Objects come, change and go, until so many connections were broken.</summary>
    async Task ChangeUntilAsync(int broken)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (proxy.Broken < broken && TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            Change();
            await pace.WaitForNextTickAsync(stop.Token);
        }
        proxy.Broken.ShouldBeGreaterThanOrEqualTo(broken, "not broken often enough within the patience");
        await Eventually.TrueAsync(() => followers.TrueForAll(follower => follower.IsUpToDate), "every informer heard of every change", Patience);
    }

    void Change()
    {
        changes++;
        var name = $"c{changes * 7 % 40}";
        var old = server.Store.Find("configmaps", new NamespacedName("default", name));
        var goes = old is not null && changes % 5 == 0;
        var value = goes ? old.Text("data", "value") : $"{changes}";
        var type = goes ? InformerEventType.Deleted : old is null ? InformerEventType.Added : InformerEventType.Updated;
        foreach (var follower in followers) follower.Expect($"{type} {name} {value}");
        if (goes) server.Store.Remove("configmaps", new NamespacedName("default", name));
        else server.Store.Put("configmaps", TestObjects.ConfigMap(name, value!));
    }

    /// <summary>What the process holds when all informers are up to date and the server has forgotten what was.</summary>
    async Task<long> MemoryAsync()
    {
        server.Store.Compact();
        server.Forget();
        var least = long.MaxValue;
        // Connections that are just being closed hold memory a moment longer.
        for (var n = 0; n < 10; n++)
        {
            least = Math.Min(least, GC.GetTotalMemory(forceFullCollection: true));
            await Task.Yield();
        }
        return least;
    }

    (Fault Fault, int AfterBytes) Draw()
    {
        lock (chance)
        {
            var fault = chance.Next(FrozenOutOf) == 0 ? Fault.Freeze : (Fault)chance.Next((int)Fault.Freeze);
            return (fault, chance.Next(1, MostBytes));
        }
    }

    /// <summary>An informer with a client of its own, which hears of what is expected in the order in which it is expected.</summary>
    sealed class Follower : IAsyncDisposable
    {
        readonly ConcurrentQueue<string> expected = new();
        readonly KubeConfig config;
        readonly KubeClient client;
        readonly Task running;

        public Follower(Uri server, string authority, int number, CancellationToken stop)
        {
            config = new KubeConfig { Server = server, CertificateAuthority = [X509CertificateLoader.LoadCertificateFromFile(authority)] };
            client = new KubeClient(config, Impatient, TimeProvider.System);
            var options = new InformerOptions { FirstBackOff = TimeSpan.FromMilliseconds(1), LongestBackOff = TimeSpan.FromMilliseconds(20) };
            Informer = new Informer(client, KnownKinds.ConfigMap, options, TimeProvider.System, new Random(number), NullLogger.Instance);
            Informer.AddHandler(change => Hear($"{change.Type} {change.Object.Key().Name} {change.Object.Text("data", "value")}"));
            running = Informer.RunAsync(stop);
        }

        public Informer Informer { get; }

        /// <summary>It heard of everything, or will not any more.</summary>
        public bool IsUpToDate => expected.IsEmpty || Wrong is not null;

        /// <summary>The first event that was not the next one; null while all were.</summary>
        public string? Wrong { get; private set; }

        public void Expect(string change) => expected.Enqueue(change);

        public async ValueTask DisposeAsync()
        {
            await running;
            client.Dispose();
            config.Dispose();
        }

        void Hear(string heard)
        {
            if (!expected.TryDequeue(out var next) || next != heard) Wrong ??= $"heard '{heard}' instead of '{next}'";
        }
    }
}
