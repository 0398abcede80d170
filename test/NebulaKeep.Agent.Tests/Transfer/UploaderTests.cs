using System.Security.Cryptography;
using Google.Protobuf;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Agent.Transfer;
using NebulaKeep.Core.Checksums;
using NebulaKeep.Core.Transfer;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Memory;
using NebulaKeep.Rpc;
using NebulaKeep.Rpc.AgentV1;
using NebulaKeep.Testing;
using NebulaKeep.Testing.Stores;

namespace NebulaKeep.Agent.Tests.Transfer;

public abstract class UploaderTests : IAsyncDisposable
{
    readonly HostFolder host = new();
    IObjectStore? opened;

    IObjectStore Store => opened ??= Open(host.Store);

    string Checkpoint => $"{host.Data}/nebula/1/checkpoints/B";

    private protected abstract IObjectStore Open(string folder);

    [Fact]
    public async Task Sets_of_directories_arrive_whole_with_size_and_both_digests_of_each_file()
    {
        var files = new Dictionary<string, string>
        {
            ["data0/1/data/000009.sst"] = Write("data/000009.sst", new string('s', 70_000)),
            ["data0/1/wal/1/1.wal"] = Write("wal/1/1.wal", "log"),
            ["data0/1/wal/1/empty"] = Write("wal/1/empty", ""),
        };
        HostFolder.Write($"{host.Data}/other/x", "not asked for");

        var events = await UploadAsync(Store, Sources.Of($"{Checkpoint}/data", "data0/1/data"), Sources.Of($"{Checkpoint}/wal", "data0/1/wal"));

        var results = events.Select(e => e.File).OfType<FileResult>().ToDictionary(file => file.Key);
        results.Keys.ShouldBe(files.Keys, ignoreOrder: true);
        (await Store.KeysAsync()).ShouldBe(files.Keys, ignoreOrder: true);
        foreach (var (key, path) in files)
        {
            var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            (await Store.TextAsync(key)).ShouldBe(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
            results[key].Size.ShouldBe(bytes.Length);
            results[key].Sha256.ShouldBe(ByteString.CopyFrom(SHA256.HashData(bytes)));
            results[key].Crc32C.ShouldBe(Crc32C.Of(bytes));
            $"{results[key].Directory}/{results[key].Path}".ShouldBe(path);
            results[key].Inode.ShouldNotBe(0u);
            results[key].MtimeNanos.ShouldBeGreaterThan(0);
        }

        events[^1].Summary.ShouldBe(new Summary { Files = 3, Bytes = 70_003 });
        events.Count(e => e.Summary is not null).ShouldBe(1);
    }

    [Fact]
    public async Task Only_the_named_files_are_sent_where_files_are_named()
    {
        Write("data/1.sst", "one");
        Write("data/2.sst", "two");
        Write("data/sub/3.sst", "three");

        await UploadAsync(Store, Sources.Of(Checkpoint, "k", "data/2.sst", "data/sub/3.sst"));

        (await Store.KeysAsync()).ShouldBe(["k/data/2.sst", "k/data/sub/3.sst"]);
    }

    [Fact]
    public async Task A_named_file_outside_or_behind_a_link_is_refused_before_anything_is_sent()
    {
        Write("data/1.sst", "one");
        HostFolder.Link($"{Checkpoint}/data/out", host.Outside);

        foreach (var name in new[] { "out/secret", "../../../../../outside/secret", "/etc/passwd" })
        {
            await UploadAsync(Store, Sources.Of($"{Checkpoint}/data", "k", "1.sst", name)).ShouldFailAsync(GrpcStatusCode.PermissionDenied);
        }

        (await Store.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_link_or_pipe_in_the_directory_ends_the_upload_before_anything_is_sent()
    {
        Write("data/1.sst", "one");
        HostFolder.Link($"{Checkpoint}/data/2.sst", $"{host.Outside}/secret");
        (await AllAsync().ShouldFailAsync(GrpcStatusCode.FailedPrecondition)).Message.ShouldContain($"{Checkpoint}/data/2.sst");

        File.Delete($"{Checkpoint}/data/2.sst");
        HostFolder.MakePipe($"{Checkpoint}/data/pipe");
        await AllAsync().ShouldFailAsync(GrpcStatusCode.FailedPrecondition);

        (await Store.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_directory_that_does_not_exist_is_an_error_and_no_empty_success() =>
        (await AllAsync().ShouldFailAsync(GrpcStatusCode.NotFound)).Message.ShouldContain(Checkpoint);

    [Fact]
    public async Task A_file_that_vanishes_after_it_was_listed_ends_the_upload_with_its_name()
    {
        Write("1.sst", "one");
        var second = Write("2.sst", "two");
        await using var store = new HookedStore(new MemoryObjectStore(TimeProvider.System)) { BeforePut = Before("1.sst", () => File.Delete(second)) };

        var failure = await UploadAsync(store, 1, Sources.Of(Checkpoint, "")).ShouldFailAsync(GrpcStatusCode.NotFound);

        failure.Message.ShouldBe($"the file {second} vanished before it could be read");
    }

    [Fact]
    public async Task A_file_that_grows_while_it_is_read_is_sent_as_long_as_it_was_when_it_was_opened()
    {
        var wal = Write("1.wal", "0123456789");
        await using var store = new HookedStore(Open(host.Store)) { BeforePut = Before("1.wal", () => File.AppendAllText(wal, "later")) };

        var events = await UploadAsync(store, 1, Sources.Of(Checkpoint, ""));

        (await store.TextAsync("1.wal")).ShouldBe("0123456789");
        events.Select(e => e.File).OfType<FileResult>().ShouldHaveSingleItem().Size.ShouldBe(10);
    }

    [Fact]
    public async Task A_file_that_gets_shorter_is_an_error_and_never_a_short_object()
    {
        var wal = Write("1.wal", "0123456789");
        await using var store = new HookedStore(Open(host.Store)) { BeforePut = Before("1.wal", () => File.WriteAllText(wal, "0")) };

        var failure = await UploadAsync(store, 1, Sources.Of(Checkpoint, "")).ShouldFailAsync(GrpcStatusCode.DataLoss);

        failure.Message.ShouldContain($"the file {wal} became shorter");
        (await store.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_directory_that_is_swapped_for_a_link_while_it_is_sent_gives_nothing_away()
    {
        Write("sub/1", "inside");
        Write("sub/secret", "inside");
        await using var store = new HookedStore(Open(host.Store)) { BeforePut = Before("sub/1", () => host.SwapForLink($"{Checkpoint}/sub")) };

        await UploadAsync(store, 1, Sources.Of(Checkpoint, "")).ShouldFailAsync(GrpcStatusCode.PermissionDenied);

        (await store.KeysAsync()).ShouldBe(["sub/1"]);
        (await store.TextAsync("sub/1")).ShouldBe("inside");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task Never_more_files_are_in_flight_than_asked_for_and_as_many_if_there_are(int concurrency)
    {
        foreach (var i in Enumerable.Range(0, 12)) Write($"{i}.sst", "x");
        var (inFlight, most) = (0, 0);
        var gate = new Lock();
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var store = new HookedStore(Open(host.Store));
        store.BeforePut = async (_, cancellationToken) =>
        {
            lock (gate) most = Math.Max(most, ++inFlight);
            if (most >= concurrency) full.TrySetResult();
            await full.Task.WaitAsync(TimeSpan.FromSeconds(10), cancellationToken);
            await Task.Yield();
            lock (gate) inFlight--;
        };

        await UploadAsync(store, concurrency, Sources.Of(Checkpoint, ""));

        most.ShouldBe(concurrency);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(int.MaxValue)]
    public async Task A_senseless_concurrency_is_corrected(int concurrency)
    {
        Write("1.sst", "x");
        (await UploadAsync(Store, concurrency, Sources.Of(Checkpoint, "")))[^1].Summary.Files.ShouldBe(1);
    }

    [Fact]
    public async Task A_store_that_refuses_ends_the_upload_with_its_failure_and_nothing_is_reported_done()
    {
        foreach (var i in Enumerable.Range(0, 5)) Write($"{i}.sst", "x");
        await using var store = new FaultyObjectStore(Open(host.Store)).On(StoreCall.Put, 3, new StoreFault.Fail(StoreFailure.Forbidden));
        var events = new List<UploadEvent>();

        var failure = await Should.ThrowAsync<ObjectStoreException>(UploadAsync(store, 1, events.Add, Sources.Of(Checkpoint, "")));

        failure.Failure.ShouldBe(StoreFailure.Forbidden);
        events.Count(e => e.File is not null).ShouldBe(2);
        events.ShouldAllBe(e => e.Summary == null);
        store.Count(StoreCall.Put).ShouldBe(3);
    }

    [Fact]
    public async Task A_store_that_breaks_off_midway_ends_the_upload_and_holds_no_part_of_the_file()
    {
        Write("1.sst", new string('x', 200_000));
        await using var store = new FaultyObjectStore(Open(host.Store)).On(StoreCall.Put, 1, new StoreFault.BreakOff(1000));

        (await Should.ThrowAsync<ObjectStoreException>(UploadAsync(store, 1, Sources.Of(Checkpoint, "")))).Failure.ShouldBe(StoreFailure.Unavailable);

        (await store.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_store_that_confirms_another_size_is_not_believed()
    {
        var file = Write("1.sst", "0123456789");
        await using var store = new HookedStore(Open(host.Store)) { Answer = stored => stored with { Size = 9 } };

        var failure = await UploadAsync(store, 1, Sources.Of(Checkpoint, "")).ShouldFailAsync(GrpcStatusCode.DataLoss);

        failure.Message.ShouldContain(file);
        failure.Message.ShouldContain("holds 9");
    }

    [Fact]
    public async Task A_store_that_reports_a_checksum_mismatch_ends_the_upload()
    {
        Write("1.sst", "x");
        await using var store = new FaultyObjectStore(Open(host.Store)).On(StoreCall.Put, 1, new StoreFault.FailAfterwards(StoreFailure.ChecksumMismatch));

        (await Should.ThrowAsync<ObjectStoreException>(UploadAsync(store, 1, Sources.Of(Checkpoint, "")))).Failure.ShouldBe(StoreFailure.ChecksumMismatch);
    }

    [Fact]
    public async Task The_digest_is_that_of_the_file_even_where_the_store_holds_something_else_so_that_a_verification_finds_it()
    {
        Write("1.sst", "0123456789");
        await using var store = new FaultyObjectStore(Open(host.Store)).On(StoreCall.Put, 1, new StoreFault.Corrupt(3));

        var events = await UploadAsync(store, 1, Sources.Of(Checkpoint, ""));

        events.Select(e => e.File).OfType<FileResult>().ShouldHaveSingleItem().Sha256.ShouldBe(ByteString.CopyFrom(SHA256.HashData("0123456789"u8)));
        (await store.TextAsync("1.sst")).ShouldNotBe("0123456789");
    }

    [Fact]
    public async Task Leaving_early_ends_the_work_behind_the_events()
    {
        foreach (var i in Enumerable.Range(0, 5)) Write($"{i}.sst", "x");
        await using var store = new FaultyObjectStore(Open(host.Store)).On(StoreCall.Put, 2, new StoreFault.Hang());

        await foreach (var e in Uploader().RunAsync(store, [Sources.Of(Checkpoint, "")], 1, false, CancellationToken.None))
        {
            if (e.File is not null) break;
        }

        store.Count(StoreCall.Put).ShouldBeLessThanOrEqualTo(2);
        (await store.KeysAsync()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Progress_comes_by_the_clock_while_a_file_takes_long()
    {
        var clock = new FakeTimeProvider();
        Write("1.sst", "0123456789");
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var store = new HookedStore(Open(host.Store)) { BeforePut = (_, token) => go.Task.WaitAsync(token) };
        var events = new List<UploadEvent>();
        var running = UploadAsync(new Uploader(host.Guard, new ByteRateLimiter(0, clock), clock), store, 1, e => { lock (events) events.Add(e); }, Sources.Of(Checkpoint, ""));
        await Eventually.TrueAsync(() => clock.PendingTimers == 1, "the upload runs");

        clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => { lock (events) return events.Count == 2; }, "two events a second");
        go.SetResult();
        await running;

        events[0].Progress.ShouldBe(new Progress { FilesTotal = 1, BytesTotal = 10 });
        events[^1].Summary.Bytes.ShouldBe(10);
    }

    [Fact]
    public async Task Two_files_for_one_key_are_refused_before_anything_is_sent()
    {
        Write("a/1.sst", "x");
        Write("b/1.sst", "y");

        (await UploadAsync(Store, Sources.Of($"{Checkpoint}/a", "k"), Sources.Of($"{Checkpoint}/b", "k"))
            .ShouldFailAsync(GrpcStatusCode.InvalidArgument)).Message.ShouldContain("k/1.sst");
    }

    [Theory]
    [InlineData("../k")]
    [InlineData("/k")]
    [InlineData("a//b")]
    public async Task A_key_that_leads_elsewhere_is_refused(string prefix)
    {
        Write("1.sst", "x");
        await UploadAsync(Store, Sources.Of(Checkpoint, prefix)).ShouldFailAsync(GrpcStatusCode.InvalidArgument);
    }

    public async ValueTask DisposeAsync()
    {
        if (opened is not null) await opened.DisposeAsync();
        host.Dispose();
        GC.SuppressFinalize(this);
    }

    static Func<string, CancellationToken, Task> Before(string key, Action action) => (put, _) =>
    {
        if (put == key) action();
        return Task.CompletedTask;
    };

    string Write(string name, string content) => HostFolder.Write($"{Checkpoint}/{name}", content);

    Uploader Uploader() => new(host.Guard, new ByteRateLimiter(0, TimeProvider.System), TimeProvider.System);

    Task<List<UploadEvent>> AllAsync() => UploadAsync(Store, Sources.Of(Checkpoint, ""));

    Task<List<UploadEvent>> UploadAsync(IObjectStore store, params UploadSource[] sources) => UploadAsync(store, 4, sources);

    Task<List<UploadEvent>> UploadAsync(IObjectStore store, int concurrency, params UploadSource[] sources) =>
        Uploader().RunAsync(store, sources, concurrency, false, TestContext.Current.CancellationToken).ToListAsync();

    Task UploadAsync(IObjectStore store, int concurrency, Action<UploadEvent> seen, params UploadSource[] sources) => UploadAsync(Uploader(), store, concurrency, seen, sources);

    static async Task UploadAsync(Uploader uploader, IObjectStore store, int concurrency, Action<UploadEvent> seen, params UploadSource[] sources)
    {
        await foreach (var e in uploader.RunAsync(store, sources, concurrency, false, TestContext.Current.CancellationToken)) seen(e);
    }
}

public sealed class UploaderToMemoryTests : UploaderTests
{
    private protected override IObjectStore Open(string folder) => new MemoryObjectStore(TimeProvider.System);
}

public sealed class UploaderToFolderTests : UploaderTests
{
    private protected override IObjectStore Open(string folder) => ObjectStores.Open(
        new StoreSettings { Uri = new StoreUri(StoreKind.Local, "", folder) }, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, TimeProvider.System);
}
