using System.Security.Cryptography;
using System.Text;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Agent.Transfer;
using NebulaKeep.Core.Transfer;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Memory;
using NebulaKeep.Rpc;
using NebulaKeep.Rpc.AgentV1;
using NebulaKeep.Testing.Stores;

namespace NebulaKeep.Agent.Tests.Transfer;

public sealed class DownloaderTests : IAsyncDisposable
{
    readonly HostFolder host = new();
    readonly MemoryObjectStore store = new(TimeProvider.System);

    [Fact]
    public async Task Files_arrive_under_their_names_with_the_directories_above_them()
    {
        var (a, b) = (await ItemAsync("a", "content of a", "nebula/1/data/a.sst"), await ItemAsync("b", "", "nebula/1/wal/1/b.wal"));

        var events = await DownloadAsync(store, a, b);

        (await File.ReadAllTextAsync(a.Target, TestContext.Current.CancellationToken)).ShouldBe("content of a");
        new FileInfo(b.Target).Length.ShouldBe(0);
        events[^1].Summary.ShouldBe(new Summary { Files = 2, Bytes = 12 });
        File.GetUnixFileMode(a.Target).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        Entries().ShouldBe([a.Target, b.Target], ignoreOrder: true);
    }

    [Fact]
    public async Task Wrong_bytes_are_refused_and_nothing_has_the_name()
    {
        var item = await ItemAsync("a", "0123456789", "nebula/a.sst");
        await using var faulty = new FaultyObjectStore(store).On(StoreCall.Read, 1, new StoreFault.Corrupt(5));

        var failure = await DownloadAsync(faulty, item).ShouldFailAsync(GrpcStatusCode.DataLoss);

        failure.Message.ShouldContain("a in memory://memory has SHA-256");
        Entries().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(9, "is longer than the 9 bytes")]
    [InlineData(11, "has 10 bytes instead of 11")]
    public async Task Another_length_is_refused_also_without_a_digest(long size, string expected)
    {
        var item = await ItemAsync("a", "0123456789", "nebula/a.sst") with { Size = size, Sha256 = null };

        (await DownloadAsync(store, item).ShouldFailAsync(GrpcStatusCode.DataLoss)).Message.ShouldContain(expected);

        Entries().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_download_that_breaks_off_leaves_nothing_half_written()
    {
        var item = await ItemAsync("a", new string('x', 100_000), "nebula/a.sst");
        await using var faulty = new FaultyObjectStore(store).On(StoreCall.Read, 1, new StoreFault.BreakOff(50_000));

        await Should.ThrowAsync<ObjectStoreException>(DownloadAsync(faulty, item));

        Entries().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_object_that_is_missing_is_an_error()
    {
        var item = await ItemAsync("a", "x", "nebula/a.sst") with { Key = "other" };

        (await Should.ThrowAsync<ObjectStoreException>(DownloadAsync(store, item))).Failure.ShouldBe(StoreFailure.NotFound);
    }

    [Fact]
    public async Task Cancelling_leaves_nothing_half_written()
    {
        var item = await ItemAsync("a", "x", "nebula/a.sst");
        using var cancel = new CancellationTokenSource();
        await using var hooked = new HookedStore(store) { BeforeRead = (_, _) => cancel.CancelAsync() };

        await Should.ThrowAsync<OperationCanceledException>(Downloader().RunAsync(hooked, [item], 1, cancel.Token).ToListAsync());

        Entries().ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_is_overwritten()
    {
        var item = await ItemAsync("a", "new", "nebula/a.sst");
        HostFolder.Write(item.Target, "old");

        (await DownloadAsync(store, item).ShouldFailAsync(GrpcStatusCode.AlreadyExists)).Message.ShouldContain(item.Target);
        await DownloadAsync(store, item with { Sha256 = null }).ShouldFailAsync(GrpcStatusCode.AlreadyExists);

        File.ReadAllText(item.Target).ShouldBe("old");
    }

    [Fact]
    public async Task A_file_that_appears_while_another_is_fetched_for_its_name_is_not_overwritten()
    {
        var item = await ItemAsync("a", "new", "nebula/a.sst");
        await using var hooked = new HookedStore(store) { BeforeRead = (_, _) => File.WriteAllTextAsync(item.Target, "somebody's", CancellationToken.None) };

        var failure = await Should.ThrowAsync<IOException>(DownloadAsync(hooked, item));

        failure.Message.ShouldContain(item.Target);
        failure.Message.ShouldNotContain("/proc/");
        Entries().ShouldBe([item.Target]);
        File.ReadAllText(item.Target).ShouldBe("somebody's");
    }

    [Fact]
    public async Task What_is_there_already_with_the_right_content_is_not_fetched_again()
    {
        var item = await ItemAsync("a", "content", "nebula/a.sst");
        await DownloadAsync(store, item);
        await using var counting = new FaultyObjectStore(store);

        (await DownloadAsync(counting, item))[^1].Summary.Files.ShouldBe(1);

        counting.Count(StoreCall.Read).ShouldBe(0);
    }

    [Fact]
    public async Task Debris_of_an_agent_that_died_is_replaced_and_not_followed()
    {
        var item = await ItemAsync("a", "content", "nebula/a.sst");
        Directory.CreateDirectory(Path.GetDirectoryName(item.Target)!);
        HostFolder.Link(item.Target + ".nebulakeep-part", $"{host.Outside}/secret");

        await DownloadAsync(store, item);

        File.ReadAllText(item.Target).ShouldBe("content");
        File.ReadAllText($"{host.Outside}/secret").ShouldBe("outside");
    }

    [Fact]
    public async Task A_directory_that_is_swapped_for_a_link_does_not_lead_the_file_outside()
    {
        var item = await ItemAsync("a", "content", "nebula/1/a.sst");
        await using var hooked = new HookedStore(store)
        {
            BeforeRead = (_, _) => { host.SwapForLink($"{host.Data}/nebula/1"); return Task.CompletedTask; },
        };

        await DownloadAsync(hooked, item).ShouldFailAsync(GrpcStatusCode.PermissionDenied);

        Directory.GetFileSystemEntries(host.Outside).ShouldBe([$"{host.Outside}/secret"]);
        File.Exists($"{host.Data}/nebula/1-moved/a.sst").ShouldBeTrue();
    }

    [Fact]
    public async Task A_data_directory_that_is_not_there_is_not_made()
    {
        Directory.Delete(host.Data);

        var failure = await DownloadAsync(store, await ItemAsync("a", "x", "nebula/a.sst")).ShouldFailAsync(GrpcStatusCode.FailedPrecondition);

        failure.Message.ShouldContain($"the data directory {host.Data} does not exist");
        Directory.Exists(host.Data).ShouldBeFalse();
    }

    [Fact]
    public async Task A_plan_is_checked_before_the_first_byte()
    {
        var item = await ItemAsync("a", "x", "nebula/a.sst");
        await using var counting = new FaultyObjectStore(store);

        (await DownloadAsync(counting, item, item with { Key = "b" }).ShouldFailAsync(GrpcStatusCode.InvalidArgument)).Message.ShouldContain("named twice");
        await DownloadAsync(counting, item with { Size = -1 }).ShouldFailAsync(GrpcStatusCode.InvalidArgument);
        (await DownloadAsync(counting, item with { Size = long.MaxValue / 4 }).ShouldFailAsync(GrpcStatusCode.ResourceExhausted)).Message.ShouldContain("free");

        counting.Count(StoreCall.Read).ShouldBe(0);
        Entries().ShouldBeEmpty();
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        host.Dispose();
    }

    async Task<DownloadItem> ItemAsync(string key, string content, string target)
    {
        await store.PutTextAsync(key, content);
        var bytes = Encoding.UTF8.GetBytes(content);
        return new DownloadItem(key, $"{host.Data}/{target}", bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    string[] Entries() => Directory.Exists(host.Data) ? Directory.GetFiles(host.Data, "*", SearchOption.AllDirectories) : [];

    Downloader Downloader() => new(host.Guard, new ByteRateLimiter(0, TimeProvider.System), TimeProvider.System);

    Task<List<DownloadEvent>> DownloadAsync(IObjectStore from, params DownloadItem[] items) =>
        Downloader().RunAsync(from, items, 2, TestContext.Current.CancellationToken).ToListAsync();
}
