using Microsoft.Extensions.Logging;
using NebulaKeep.Agent.Cli;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Core;
using NebulaKeep.Rpc;
using NebulaKeep.Rpc.AgentV1;
using NebulaKeep.Rpc.Client;
using NebulaKeep.Rpc.Services;
using NebulaKeep.Rpc.Upstream;

namespace NebulaKeep.Agent.Tests.Services;

/// <summary>Upstream's calls: only where they were asked for, with upstream's texts, and confined as our own.</summary>
public sealed class UpstreamTests(PkiFixture keys) : IClassFixture<PkiFixture>, IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    readonly HostFolder host = new();

    [Fact]
    public async Task Without_the_flag_there_are_no_such_calls()
    {
        await using var agent = await StartAsync(settings => settings);
        var channel = agent.Channel(keys.Pki.Client());

        (await FailureAsync(channel, UpstreamAgentMethods.HealthCheck, new HealthCheckRequest())).Code.ShouldBe(GrpcStatusCode.Unimplemented);
        (await FailureAsync(channel, UpstreamStorageMethods.RemoveDir, new RemoveDirRequest { Path = $"{host.Data}/x" })).Code.ShouldBe(GrpcStatusCode.Unimplemented);
        agent.Process.EndPoints.Count.ShouldBe(1);
        agent.Log.Text.ShouldNotContain("INSECURE");
    }

    [Fact]
    public async Task With_the_flag_they_are_served_over_mutual_TLS_only()
    {
        await using var agent = await StartAsync(settings => settings with { UpstreamCompat = true });

        (await CallAsync(agent.Channel(keys.Pki.Client()), UpstreamAgentMethods.HealthCheck, new HealthCheckRequest())).Status.ShouldBe("healthy");

        (await FailureAsync(agent.Channel(keys.Pki.Client(Testing.CertificateFault.Missing)), UpstreamAgentMethods.HealthCheck, new HealthCheckRequest())).Code.ShouldBe(GrpcStatusCode.Unauthenticated);
        (await FailureAsync(agent.Plaintext(0), UpstreamAgentMethods.HealthCheck, new HealthCheckRequest())).Code.ShouldBe(GrpcStatusCode.Unavailable);
        agent.Process.EndPoints.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_plaintext_port_is_loud_in_the_log_and_serves_upstreams_calls_alone()
    {
        await using var agent = await PlaintextAsync();

        (await CallAsync(agent.Plaintext(1), UpstreamAgentMethods.HealthCheck, new HealthCheckRequest())).Status.ShouldBe("healthy");

        agent.Log.Lines.ShouldContain(line => line.Level == LogLevel.Warning && line.Text.Contains("INSECURE", StringComparison.Ordinal) && line.Text.Contains("WITHOUT TLS", StringComparison.Ordinal));
        (await FailureAsync(agent.Plaintext(1), BackupAgentMethods.Describe, new DescribeRequest())).Code.ShouldBe(GrpcStatusCode.Unauthenticated);
        (await FailureAsync(agent.Plaintext(0), UpstreamAgentMethods.HealthCheck, new HealthCheckRequest())).Code.ShouldBe(GrpcStatusCode.Unavailable);
    }

    [Fact]
    public async Task Files_go_to_a_folder_and_come_back_with_upstreams_messages()
    {
        HostFolder.Write($"{host.Data}/nebula/1/a.sst", "a");
        HostFolder.Write($"{host.Data}/nebula/b", "b");
        await using var agent = await PlaintextAsync();
        var channel = agent.Plaintext(1);

        await CallAsync(channel, UpstreamStorageMethods.UploadFile, new UploadFileRequest { Recursively = true, SourcePath = $"{host.Data}/nebula", TargetBackend = Local("B/data") });
        HostFolder.Write($"{host.Store}/B/data_old/sibling", "x");
        await CallAsync(channel, UpstreamStorageMethods.UploadFile, new UploadFileRequest { SourcePath = $"{host.Data}/nebula/b", TargetBackend = Local("B/one") });
        await CallAsync(channel, UpstreamStorageMethods.MoveDir, new MoveDirRequest { SrcPath = $"{host.Data}/nebula", DstPath = $"{host.Data}/nebula_old_1" });
        await CallAsync(channel, UpstreamStorageMethods.DownloadFile, new DownloadFileRequest { Recursively = true, SourceBackend = Local("B/data"), TargetPath = $"{host.Data}/nebula" });
        await CallAsync(channel, UpstreamStorageMethods.DownloadFile, new DownloadFileRequest { SourceBackend = Local("B/one"), TargetPath = $"{host.Data}/one" });
        await CallAsync(channel, UpstreamStorageMethods.RemoveDir, new RemoveDirRequest { Path = $"{host.Data}/nebula_old_1" });

        Directory.GetFiles(host.Data, "*", SearchOption.AllDirectories).ShouldBe([$"{host.Data}/nebula/1/a.sst", $"{host.Data}/nebula/b", $"{host.Data}/one"], ignoreOrder: true);
        (await ExistAsync(channel, $"{host.Data}/nebula")).ShouldBeTrue();
        (await ExistAsync(channel, $"{host.Data}/nebula_old_1")).ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_missing_does_not_exist_in_upstreams_words()
    {
        await using var agent = await PlaintextAsync();
        var channel = agent.Plaintext(1);

        await SaysAsync(channel, UpstreamStorageMethods.MoveDir, new MoveDirRequest { SrcPath = $"{host.Data}/none", DstPath = $"{host.Data}/x" }, $"{host.Data}/none does not exist");
        await SaysAsync(channel, UpstreamStorageMethods.UploadFile, new UploadFileRequest { SourcePath = $"{host.Data}/none", TargetBackend = Local("k") }, $"{host.Data}/none does not exist");
        await SaysAsync(channel, UpstreamStorageMethods.DownloadFile, new DownloadFileRequest { Recursively = true, SourceBackend = Local("none"), TargetPath = $"{host.Data}/x" }, $"source external uri: local://{host.Store}/none does not exist");
        await CallAsync(channel, UpstreamStorageMethods.RemoveDir, new RemoveDirRequest { Path = $"{host.Data}/none" });
    }

    [Fact]
    public async Task Paths_outside_are_refused_by_every_call()
    {
        await using var agent = await PlaintextAsync();
        var channel = agent.Plaintext(1);
        foreach (var path in new[] { host.Outside, $"{host.Outside}/secret", $"{host.Data}/../outside", "/", "x; rm -rf /", $"{host.Data}/.." })
        {
            await RefusedAsync(channel, UpstreamStorageMethods.RemoveDir, new RemoveDirRequest { Path = path });
            await RefusedAsync(channel, UpstreamStorageMethods.MoveDir, new MoveDirRequest { SrcPath = path, DstPath = $"{host.Data}/x" });
            await RefusedAsync(channel, UpstreamStorageMethods.MoveDir, new MoveDirRequest { SrcPath = $"{host.Data}/x", DstPath = path });
            await RefusedAsync(channel, UpstreamStorageMethods.ExistDir, new ExistDirRequest { Path = path });
            await RefusedAsync(channel, UpstreamStorageMethods.UploadFile, new UploadFileRequest { Recursively = true, SourcePath = path, TargetBackend = Local("k") });
            await RefusedAsync(channel, UpstreamStorageMethods.DownloadFile, new DownloadFileRequest { SourceBackend = Local("k"), TargetPath = path });
            await RefusedAsync(channel, UpstreamStorageMethods.UploadFile, new UploadFileRequest { SourcePath = $"{host.Data}/x", TargetBackend = new Backend { Local = new Local { Path = path } } }, alsoMissing: true);
            await RefusedAsync(channel, UpstreamAgentMethods.StartService, new StartServiceRequest { Role = ServiceRole.Meta, Dir = path });
            await RefusedAsync(channel, UpstreamAgentMethods.StopService, new StopServiceRequest { Role = ServiceRole.Meta, Dir = path });
            await RefusedAsync(channel, UpstreamAgentMethods.ServiceStatus, new ServiceStatusRequest { Role = ServiceRole.Meta, Dir = path });
        }

        File.ReadAllText($"{host.Outside}/secret").ShouldBe("outside");
    }

    [Fact]
    public async Task Daemons_are_started_stopped_and_looked_at()
    {
        using var daemon = new StandInDaemon(host.Data).Install();
        await using var agent = await PlaintextAsync();
        var channel = agent.Plaintext(1);

        (await CallAsync(channel, UpstreamAgentMethods.ServiceStatus, new ServiceStatusRequest { Role = ServiceRole.Meta, Dir = host.Data })).Status.ShouldBe(Status.Exited);
        await CallAsync(channel, UpstreamAgentMethods.StartService, new StartServiceRequest { Role = ServiceRole.Meta, Dir = host.Data });
        (await CallAsync(channel, UpstreamAgentMethods.ServiceStatus, new ServiceStatusRequest { Role = ServiceRole.Meta, Dir = host.Data })).Status.ShouldBe(Status.Running);
        await CallAsync(channel, UpstreamAgentMethods.StopService, new StopServiceRequest { Role = ServiceRole.Meta, Dir = host.Data });
        await Testing.Eventually.TrueAsync(async () => (await CallAsync(channel, UpstreamAgentMethods.ServiceStatus, new ServiceStatusRequest { Role = ServiceRole.Meta, Dir = host.Data })).Status == Status.Exited, "it has ended");
    }

    [Fact]
    public async Task StopAgent_asks_the_agent_to_end_and_answers()
    {
        await using var agent = await PlaintextAsync();

        await CallAsync(agent.Plaintext(1), UpstreamAgentMethods.StopAgent, new StopAgentRequest());
        await CallAsync(agent.Plaintext(1), UpstreamAgentMethods.StopAgent, new StopAgentRequest());

        await agent.Process.StopAsked.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    public void Dispose() => host.Dispose();

    Task<RunningAgent> StartAsync(Func<AgentSettings, AgentSettings> change) =>
        RunningAgent.StartAsync(keys.Pki, settings => change(settings with { AllowedDirectories = [host.Data], StoreRoots = [host.Store] }));

    /// <summary>127.0.0.2, so that it is not the agent's own address, which would leave the TLS port out.</summary>
    Task<RunningAgent> PlaintextAsync() => StartAsync(settings => settings with { UpstreamCompat = true, PlaintextListener = new HostAddress("localhost", 0) });

    Backend Local(string key) => new() { Local = new Local { Path = $"{host.Store}/{key}" } };

    static Task<TResponse> CallAsync<TRequest, TResponse>(GrpcChannel channel, RpcMethod<TRequest, TResponse> method, TRequest request)
        where TRequest : class, Google.Protobuf.IMessage<TRequest>
        where TResponse : class, Google.Protobuf.IMessage<TResponse> => channel.CallAsync(method, request, Patience, CancellationToken.None);

    static Task<GrpcStatusException> FailureAsync<TRequest, TResponse>(GrpcChannel channel, RpcMethod<TRequest, TResponse> method, TRequest request)
        where TRequest : class, Google.Protobuf.IMessage<TRequest>
        where TResponse : class, Google.Protobuf.IMessage<TResponse> => Should.ThrowAsync<GrpcStatusException>(CallAsync(channel, method, request));

    static async Task SaysAsync<TRequest, TResponse>(GrpcChannel channel, RpcMethod<TRequest, TResponse> method, TRequest request, string text)
        where TRequest : class, Google.Protobuf.IMessage<TRequest>
        where TResponse : class, Google.Protobuf.IMessage<TResponse>
    {
        var failure = await FailureAsync(channel, method, request);
        (failure.Code, failure.Message).ShouldBe((GrpcStatusCode.Unknown, text));
    }

    /// <summary>nebula-br takes "not exist" for nothing to do: no refusal may sound like that.</summary>
    static async Task RefusedAsync<TRequest, TResponse>(GrpcChannel channel, RpcMethod<TRequest, TResponse> method, TRequest request, bool alsoMissing = false)
        where TRequest : class, Google.Protobuf.IMessage<TRequest>
        where TResponse : class, Google.Protobuf.IMessage<TResponse>
    {
        var failure = await FailureAsync(channel, method, request);
        failure.Code.ShouldBe(GrpcStatusCode.Unknown, failure.Message);
        if (!alsoMissing) failure.Message.ShouldNotContain("not exist", customMessage: method.Name);
    }

    static async Task<bool> ExistAsync(GrpcChannel channel, string path) => (await CallAsync(channel, UpstreamStorageMethods.ExistDir, new ExistDirRequest { Path = path })).Exist;
}
