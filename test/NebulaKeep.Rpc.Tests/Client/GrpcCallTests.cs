using NebulaKeep.Core;
using NebulaKeep.Rpc.AgentV1;
using NebulaKeep.Rpc.Client;
using NebulaKeep.Rpc.Server;
using NebulaKeep.Rpc.Services;
using NebulaKeep.Rpc.Upstream;
using NebulaKeep.Testing;

namespace NebulaKeep.Rpc.Tests.Client;

/// <summary>What client and server promise each other; once over plaintext and once over mutual TLS.</summary>
public abstract class GrpcCallTests : IAsyncDisposable
{
    static readonly TimeSpan Plenty = TimeSpan.FromSeconds(20);
    readonly TaskCompletionSource handlerCancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    RunningServer? server;

    private protected abstract Task<RunningServer> ServeAsync(Action<RpcRouter> routes);

    private protected abstract GrpcChannel Connect(RunningServer running);

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_unary_call_carries_its_message_both_ways()
    {
        var channel = await ExistAsync((request, _) => Task.FromResult(new ExistDirResponse { Exist = request.Path == "/data é" }));
        (await channel.CallAsync(UpstreamStorageMethods.ExistDir, new ExistDirRequest { Path = "/data é" }, Plenty, default)).Exist.ShouldBeTrue();
    }

    [Fact]
    public async Task Calls_share_a_connection_and_do_not_mix()
    {
        var channel = await ExistAsync((request, _) => Task.FromResult(new ExistDirResponse { Exist = request.Path.EndsWith('1') }));
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            channel.CallAsync(UpstreamStorageMethods.ExistDir, new ExistDirRequest { Path = $"/{i % 2}" }, Plenty, default)));
        answers.Select((answer, i) => answer.Exist == (i % 2 == 1)).ShouldAllBe(right => right);
    }

    [Fact]
    public async Task A_status_arrives_with_its_code_and_text()
    {
        var channel = await ExistAsync((_, _) => throw new GrpcStatusException(GrpcStatusCode.NotFound, "100% of '/däta'\nis missing"));
        var failure = await FailureOf(channel);
        (failure.Code, failure.Message).ShouldBe((GrpcStatusCode.NotFound, "100% of '/däta'\nis missing"));
    }

    [Fact]
    public async Task A_failure_of_ours_keeps_its_text_and_a_defect_does_not_show_its_own()
    {
        var first = true;
        var channel = await ExistAsync((_, _) => (first ^= true) ? throw new InvalidOperationException("hidden") : throw new NebulaKeepException("shown"));
        (await FailureOf(channel)).Message.ShouldBe("shown");
        var defect = await FailureOf(channel);
        defect.Code.ShouldBe(GrpcStatusCode.Internal);
        defect.Message.ShouldNotContain("hidden");
    }

    [Fact]
    public async Task A_stream_arrives_whole_and_in_order()
    {
        var channel = await InventoryAsync((_, _) => Files(10_000));
        var paths = new List<string>();
        await foreach (var file in channel.StreamAsync(BackupAgentMethods.Inventory, new InventoryRequest(), null, default)) paths.Add(file.Path);
        paths.ShouldBe(Enumerable.Range(0, 10_000).Select(i => $"{i}"));
    }

    [Fact]
    public async Task An_empty_stream_is_a_success()
    {
        var channel = await InventoryAsync((_, _) => Files(0));
        (await CountAsync(channel)).ShouldBe(0);
    }

    [Fact]
    public async Task A_stream_that_fails_ends_with_its_status_after_what_was_sent()
    {
        var channel = await InventoryAsync((_, _) => Files(3, new GrpcStatusException(GrpcStatusCode.DataLoss, "broken")));
        var seen = 0;
        var failure = await Should.ThrowAsync<GrpcStatusException>(async () =>
        {
            await foreach (var _ in channel.StreamAsync(BackupAgentMethods.Inventory, new InventoryRequest(), null, default)) seen++;
        });
        (seen, failure.Code).ShouldBe((3, GrpcStatusCode.DataLoss));
    }

    [Fact]
    public async Task A_client_that_cancels_ends_the_handler()
    {
        var channel = await ExistAsync(HangAsync);
        using var cancel = new CancellationTokenSource();
        var call = channel.CallAsync(UpstreamStorageMethods.ExistDir, new ExistDirRequest(), null, cancel.Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_client_that_leaves_a_stream_ends_the_handler()
    {
        var channel = await InventoryAsync((_, token) => OneThenHang(token));
        await foreach (var _ in channel.StreamAsync(BackupAgentMethods.Inventory, new InventoryRequest(), null, default)) break;
        await handlerCancelled.Task.WaitAsync(Plenty);
    }

    [Fact]
    public async Task A_deadline_ends_the_call_on_both_sides()
    {
        var channel = await ExistAsync(HangAsync);
        var failure = await Should.ThrowAsync<GrpcStatusException>(
            () => channel.CallAsync(UpstreamStorageMethods.ExistDir, new ExistDirRequest(), TimeSpan.FromMilliseconds(300), default));
        failure.Code.ShouldBe(GrpcStatusCode.DeadlineExceeded);
        await handlerCancelled.Task.WaitAsync(Plenty);
    }

    [Fact]
    public async Task An_unknown_method_is_unimplemented()
    {
        var channel = await InventoryAsync((_, _) => Files(0));
        (await FailureOf(channel)).Code.ShouldBe(GrpcStatusCode.Unimplemented);
    }

    [Fact]
    public async Task A_request_above_the_limit_is_refused_and_the_connection_lives_on()
    {
        var channel = await ExistAsync((_, _) => Task.FromResult(new ExistDirResponse()));
        var large = new ExistDirRequest { Path = new string('x', RpcMethod<ExistDirRequest, ExistDirResponse>.DefaultMaxRequestBytes) };
        var failure = await Should.ThrowAsync<GrpcStatusException>(() => channel.CallAsync(UpstreamStorageMethods.ExistDir, large, Plenty, default));
        failure.Code.ShouldBe(GrpcStatusCode.ResourceExhausted);
        await channel.CallAsync(UpstreamStorageMethods.ExistDir, new ExistDirRequest(), Plenty, default);
    }

    [Fact]
    public async Task A_server_that_dies_in_a_stream_is_a_transient_failure()
    {
        var channel = await InventoryAsync((_, token) => OneThenHang(token));
        var failure = await Should.ThrowAsync<GrpcStatusException>(async () =>
        {
            await foreach (var _ in channel.StreamAsync(BackupAgentMethods.Inventory, new InventoryRequest(), null, default)) await server!.CutAsync();
        });
        // Which of the two depends on whether Kestrel or the handler is faster to end the stream.
        failure.Code.ShouldBeOneOf(GrpcStatusCode.Unavailable, GrpcStatusCode.Cancelled);
    }

    async Task<ExistDirResponse> HangAsync(ExistDirRequest request, CancellationToken token)
    {
        using var _ = token.Register(handlerCancelled.SetResult);
        await Task.Delay(Timeout.InfiniteTimeSpan, token);
        throw new InvalidOperationException("not reached");
    }

    async IAsyncEnumerable<InventoryFile> OneThenHang([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        yield return new InventoryFile();
        using var _ = token.Register(handlerCancelled.SetResult);
        await Task.Delay(Timeout.InfiniteTimeSpan, token);
    }

    static async IAsyncEnumerable<InventoryFile> Files(int count, Exception? end = null)
    {
        for (var i = 0; i < count; i++) yield return new InventoryFile { Path = $"{i}" };
        await Task.CompletedTask;
        if (end is not null) throw end;
    }

    static async Task<int> CountAsync(GrpcChannel channel)
    {
        var count = 0;
        await foreach (var _ in channel.StreamAsync(BackupAgentMethods.Inventory, new InventoryRequest(), null, default)) count++;
        return count;
    }

    static Task<GrpcStatusException> FailureOf(GrpcChannel channel) =>
        Should.ThrowAsync<GrpcStatusException>(() => channel.CallAsync(UpstreamStorageMethods.ExistDir, new ExistDirRequest(), Plenty, default));

    async Task<GrpcChannel> ExistAsync(Func<ExistDirRequest, CancellationToken, Task<ExistDirResponse>> handler)
    {
        server = await ServeAsync(router => router.Unary(UpstreamStorageMethods.ExistDir, RpcAccess.Anyone, (request, _, token) => handler(request, token)));
        return Connect(server);
    }

    async Task<GrpcChannel> InventoryAsync(Func<InventoryRequest, CancellationToken, IAsyncEnumerable<InventoryFile>> handler)
    {
        server = await ServeAsync(router => router.Stream(BackupAgentMethods.Inventory, RpcAccess.Anyone, (request, _, token) => handler(request, token)));
        return Connect(server);
    }
}

public sealed class PlaintextGrpcCallTests : GrpcCallTests
{
    private protected override Task<RunningServer> ServeAsync(Action<RpcRouter> routes) => RunningServer.StartAsync(routes);

    private protected override GrpcChannel Connect(RunningServer running) => running.Channel();
}

public sealed class MutualTlsGrpcCallTests(TestPkiFixture fixture) : GrpcCallTests, IClassFixture<TestPkiFixture>
{
    private protected override Task<RunningServer> ServeAsync(Action<RpcRouter> routes) => RunningServer.StartAsync(routes, fixture.Pki.ServerTls());

    private protected override GrpcChannel Connect(RunningServer running) => running.Channel(fixture.Pki.ClientTls(settings: GrpcChannelOptions.TlsSettings));
}
