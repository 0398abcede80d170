using System.Security.Cryptography;
using Google.Protobuf;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Core;
using NebulaKeep.Rpc.Agent;
using NebulaKeep.Rpc.AgentV1;
using NebulaKeep.Security.Issuing;
using NebulaKeep.Testing;
using HostRole = NebulaKeep.Nebula.Meta.HostRole;

namespace NebulaKeep.Agent.Tests.Services;

public sealed class AgentProcessTests(PkiFixture keys) : IClassFixture<PkiFixture>, IDisposable
{
    static readonly CancellationToken None = CancellationToken.None;
    readonly HostFolder host = new();

    [Fact]
    public async Task Files_go_to_a_store_and_come_back_over_mutual_TLS()
    {
        HostFolder.Write($"{host.Data}/nebula/1/a.sst", "content");
        await using var agent = await StartAsync();
        await using var client = agent.Client(keys.Pki.Client());

        var sent = await client.UploadAsync(Upload($"{host.Data}/nebula", "B/data"), None).ToListAsync();
        var file = sent.Select(e => e.File).OfType<FileResult>().ShouldHaveSingleItem();
        var fetched = await client.DownloadAsync(Download(file.Key, $"{host.Data}/restored/a.sst", file.Size, file.Sha256), None).ToListAsync();

        file.Sha256.ShouldBe(ByteString.CopyFrom(SHA256.HashData("content"u8)));
        fetched[^1].Summary.Bytes.ShouldBe(7);
        (await File.ReadAllTextAsync($"{host.Data}/restored/a.sst", TestContext.Current.CancellationToken)).ShouldBe("content");
    }

    [Fact]
    public async Task Inventory_and_free_space_tell_what_is_on_the_disks()
    {
        HostFolder.Write($"{host.Data}/nebula/1/a.sst", "content");
        HostFolder.Write($"{host.Data}/nebula/b", "");
        await using var agent = await StartAsync();
        await using var client = agent.Client(keys.Pki.Client());

        var files = await client.InventoryAsync([$"{host.Data}/nebula"], None).ToListAsync();
        var volume = (await client.FreeSpaceAsync([$"{host.Data}/not/yet"], None)).Volumes.ShouldHaveSingleItem();

        files.Select(file => (file.Directory, file.Path, file.Size)).ShouldBe([($"{host.Data}/nebula", "1/a.sst", 7), ($"{host.Data}/nebula", "b", 0)]);
        files.ShouldAllBe(file => file.Inode != 0 && file.MtimeNanos > 0);
        (volume.Path, volume.FreeBytes > 0, volume.TotalBytes >= volume.FreeBytes).ShouldBe(($"{host.Data}/not/yet", true, true));
        (await FailureAsync(client.InventoryAsync([$"{host.Data}/none"], None).ToListAsync())).Failure.ShouldBe(AgentFailure.NotFound);
    }

    [Fact]
    public async Task Every_call_refuses_paths_outside()
    {
        HostFolder.Write($"{host.Data}/x", "content");
        HostFolder.Link($"{host.Data}/out", host.Outside);
        await using var agent = await StartAsync();
        await using var client = agent.Client(keys.Pki.Client());

        foreach (var path in new[] { host.Outside, "/", $"{host.Data}/../outside", $"{host.Data}/out", "etc" })
        {
            Func<Task>[] calls =
            [
                () => client.InventoryAsync([path], None).ToListAsync(),
                () => client.FreeSpaceAsync([path], None),
                () => client.UploadAsync(Upload(path, "k"), None).ToListAsync(),
                () => client.UploadAsync(Upload(host.Data, "k", $"local://{(path.StartsWith('/') ? path : host.Outside)}"), None).ToListAsync(),
                () => client.DownloadAsync(Download("k", $"{path}/f", 1, ByteString.Empty), None).ToListAsync(),
                () => client.SetAsideAsync("j", host.Data, [$"{path}/f"], None),
                () => client.SetAsideAsync("j", path, [$"{host.Data}/x"], None),
                () => client.PutBackAsync("j", path, None),
                () => client.DiscardAsync("j", path, None),
                () => client.ListJournalsAsync([path], None),
                () => client.GetDaemonAsync(Role.Meta, path, None),
                () => client.StartDaemonAsync(Role.Meta, path, TimeSpan.FromSeconds(1), None),
                () => client.StopDaemonAsync(Role.Meta, path, TimeSpan.FromSeconds(1), None),
            ];
            for (var i = 0; i < calls.Length; i++)
            {
                var failure = await FailureAsync(calls[i]());
                failure.Failure.ShouldBeOneOf([AgentFailure.Refused, .. path.Contains("..") ? [AgentFailure.Invalid] : Array.Empty<AgentFailure>()], $"call {i} with {path}: {failure.Message}");
            }
        }

        Directory.GetFileSystemEntries(host.Outside).ShouldBe([$"{host.Outside}/secret"]);
    }

    [Fact]
    public async Task A_message_that_is_too_long_is_refused_and_the_next_one_served()
    {
        await using var agent = await StartAsync();
        await using var client = agent.Client(keys.Pki.Client());

        var failure = await FailureAsync(client.FreeSpaceAsync([new string('x', 5 << 20)], None));

        failure.Failure.ShouldBe(AgentFailure.Full);
        failure.Message.ShouldContain("4194304");
        (await client.DescribeAsync(None)).Version.ShouldBe("test");
    }

    [Fact]
    public async Task A_certificate_that_is_swapped_on_disk_serves_the_next_connection_and_breaks_no_transfer()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var files = Issue("swapped", "127.0.0.1");
        HostFolder.Write($"{host.Data}/big", new string('x', 3 << 20));
        await using var agent = await StartAsync(settings => settings with { ListenerTls = files, BytesPerSecond = 1 << 20 }, clock);
        await using var running = agent.Client(keys.Pki.Client());
        await using var renewedOnly = agent.Client(keys.Pki.Client() with { ServerName = "renewed.test" });
        var transfer = running.UploadAsync(Upload(host.Data, "k"), None).GetAsyncEnumerator(None);
        var first = transfer.MoveNextAsync().AsTask();
        await Eventually.TrueAsync(() => clock.PendingTimers >= 2, "the transfer waits for its rate");
        (await FailureAsync(renewedOnly.DescribeAsync(None))).Failure.ShouldBe(AgentFailure.Untrusted);

        Issue("swapped", "127.0.0.1", "renewed.test");
        clock.Advance(TimeSpan.FromSeconds(1.5));

        (await renewedOnly.DescribeAsync(None)).Version.ShouldBe("test");
        (await first).ShouldBeTrue();
        var last = transfer.Current;
        last.Summary.ShouldBeNull("it is still running");
        var rest = Task.Run(async () => { while (await transfer.MoveNextAsync()) last = transfer.Current; }, None);
        await Eventually.TrueAsync(() => { clock.Advance(TimeSpan.FromMilliseconds(250)); return rest.IsCompleted; }, "the transfer ends");
        await rest;
        last.Summary.Bytes.ShouldBe(3 << 20);
    }

    [Fact]
    public async Task The_agent_registers_and_may_touch_what_metad_reports()
    {
        await using var metad = new FakeMetad();
        metad.Services = [FakeMetad.Service(HostRole.STORAGE, new("127.0.0.1", 9779), host.Root, host.Data)];
        await using var agent = await RunningAgent.StartAsync(keys.Pki, settings => settings with { Metads = [metad.Address] });
        await using var client = agent.Client(keys.Pki.Client());
        await Eventually.TrueAsync(async () => (await client.DescribeAsync(None)).Services.Count == 1, "the agent has learnt its daemons");

        var self = await client.DescribeAsync(None);

        self.AllowedDirectories.ShouldBe([host.Data]);
        self.Notices.ShouldBeEmpty();
        (self.Services[0].Role, self.Services[0].Port, self.Services[0].Root).ShouldBe((Role.Storage, 9779, host.Root));
        (await client.InventoryAsync([host.Data], None).ToListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Before_metad_reported_anything_a_refusal_says_so_and_the_agent_notes_it()
    {
        await using var agent = await RunningAgent.StartAsync(keys.Pki);
        await using var client = agent.Client(keys.Pki.Client());

        (await FailureAsync(client.FreeSpaceAsync([host.Data], None))).Message.ShouldContain("metad has not reported any daemon");
        (await client.DescribeAsync(None)).Notices.ShouldHaveSingleItem().ShouldContain("--allowed_dirs");
    }

    [Fact]
    public async Task A_daemon_that_was_started_makes_the_agent_register_at_once()
    {
        await using var metad = new FakeMetad();
        using var daemon = new StandInDaemon(host.Root).Install();
        metad.Services = [FakeMetad.Service(HostRole.STORAGE, new("127.0.0.1", 9779), host.Root, host.Data)];
        await using var agent = await RunningAgent.StartAsync(keys.Pki, settings => settings with { Metads = [metad.Address] });
        await using var client = agent.Client(keys.Pki.Client());
        await Eventually.TrueAsync(() => metad.Heartbeats.Count == 1, "the first heartbeat");
        await Eventually.TrueAsync(async () => (await client.DescribeAsync(None)).Services.Count == 1, "the agent has learnt its daemons");

        var started = await client.StartDaemonAsync(Role.Meta, host.Root, TimeSpan.FromSeconds(20), None);
        await Eventually.TrueAsync(() => metad.Heartbeats.Count == 2, "another heartbeat long before the interval is over");

        daemon.Mind(started.Pid);
        (await client.GetDaemonAsync(Role.Meta, host.Root, None)).ShouldBe(started);
        (await client.StopDaemonAsync(Role.Meta, host.Root, TimeSpan.FromSeconds(20), None)).State.ShouldBe(DaemonState.Types.State.Exited);
    }

    [Fact]
    public async Task Nothing_is_moved_below_a_daemon_that_runs()
    {
        HostFolder.Write($"{host.Data}/nebula/a.sst", "content");
        using var daemon = new StandInDaemon(host.Data).Install();
        await using var agent = await StartAsync();
        await using var client = agent.Client(keys.Pki.Client());
        daemon.Mind((await client.StartDaemonAsync(Role.Meta, host.Data, TimeSpan.FromSeconds(20), None)).Pid);

        (await FailureAsync(client.SetAsideAsync("j", host.Data, [$"{host.Data}/nebula"], None))).Message.ShouldContain("nebula-metad (process");
        await client.SetAsideAsync("mark", host.Data, [$"{host.Data}/mark"], None);
        await client.PutBackAsync("mark", host.Data, None);
        await client.StopDaemonAsync(Role.Meta, host.Data, TimeSpan.FromSeconds(20), None);

        (await client.SetAsideAsync("j", host.Data, [$"{host.Data}/nebula"], None)).Moves.ShouldHaveSingleItem();
        daemon.Mind((await client.StartDaemonAsync(Role.Meta, host.Data, TimeSpan.FromSeconds(20), None)).Pid);
        (await FailureAsync(client.PutBackAsync("j", host.Data, None))).Message.ShouldContain("is not moved before it is stopped");
    }

    [Fact]
    public async Task Stopping_lets_a_running_call_end_and_cuts_it_after_the_grace_period()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        HostFolder.Write($"{host.Data}/big", new string('x', 4 << 20));
        await using var agent = await StartAsync(settings => settings with { BytesPerSecond = 1000 }, clock);
        await using var client = agent.Client(keys.Pki.Client());
        var transfer = client.UploadAsync(Upload(host.Data, "k"), None).ToListAsync();
        await Eventually.TrueAsync(() => clock.PendingTimers >= 2, "the transfer waits for its rate");

        var stopping = agent.Process.StopAsync();
        await Eventually.TrueAsync(() => clock.PendingTimers >= 3, "the grace period runs");
        (stopping.IsCompleted, transfer.IsCompleted).ShouldBe((false, false));
        clock.Advance(TimeSpan.FromSeconds(31));

        await stopping.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        (await FailureAsync(transfer)).IsTransient.ShouldBeTrue();
        Directory.GetFiles(host.Store, "*", SearchOption.AllDirectories).ShouldBeEmpty("nothing half written is left");
    }

    [Fact]
    public async Task A_port_that_is_taken_or_not_this_hosts_is_an_error_that_names_it()
    {
        await using var agent = await StartAsync();

        (await Should.ThrowAsync<IOException>(RunningAgent.StartAsync(keys.Pki, settings => settings with { Agent = agent.Address }))).Message.ShouldContain($"{agent.Address}");
        (await Should.ThrowAsync<IOException>(RunningAgent.StartAsync(keys.Pki, settings => settings with { Agent = new HostAddress("192.0.2.1", 8888) }))).Message.ShouldContain("192.0.2.1:8888");
        (await Should.ThrowAsync<NebulaKeepException>(RunningAgent.StartAsync(keys.Pki, settings => settings with { Agent = new HostAddress("no-such-host.invalid", 8888) }))).Message.ShouldContain("--agent must name this host");
    }

    public void Dispose() => host.Dispose();

    Task<RunningAgent> StartAsync(Func<Agent.Cli.AgentSettings, Agent.Cli.AgentSettings>? change = null, TimeProvider? clock = null) => RunningAgent.StartAsync(
        keys.Pki,
        settings => (change ?? (same => same))(settings with { AllowedDirectories = [host.Data], StoreRoots = [host.Store] }),
        clock);

    static async Task<AgentException> FailureAsync(Task call) => await Should.ThrowAsync<AgentException>(call);

    Security.TlsFiles Issue(string file, params string[] names) =>
        keys.Pki.Issue(file, new LeafRequest("agent", CertificateUsage.Server, names, Validity.From(TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1))));

    UploadRequest Upload(string directory, string prefix, string? store = null) => new()
    {
        Store = new Store { Uri = store ?? $"local://{host.Store}" },
        Sources = { new UploadRequest.Types.Source { Directory = directory, KeyPrefix = prefix } },
        Concurrency = 2,
    };

    DownloadRequest Download(string key, string target, long size, ByteString sha256) => new()
    {
        Store = new Store { Uri = $"local://{host.Store}" },
        Items = { new DownloadRequest.Types.Item { Key = key, Target = target, Size = size, Sha256 = sha256 } },
        Concurrency = 2,
    };
}
