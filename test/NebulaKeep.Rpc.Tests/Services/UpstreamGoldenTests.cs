using System.Net.Sockets;
using Google.Protobuf;
using NebulaKeep.Rpc.Framing;
using NebulaKeep.Rpc.Server;
using NebulaKeep.Rpc.Services;
using NebulaKeep.Rpc.Upstream;

namespace NebulaKeep.Rpc.Tests.Services;

/// <summary>The bytes that nebula-br 3.6.0 and nebula-agent 3.7.1 exchanged in a backup and a restore.</summary>
public sealed class UpstreamGoldenTests
{
    const string Name = "BACKUP_2026_11_22_10_11_11";
    const string Session = "ac0b33b5-daad-4a23-9900-4357308b786f";
    static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> Requests => [.. Files("*.req.bin")];

    public static TheoryData<string> Responses => [.. Files("*.resp.bin")];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_recorded_request_is_encoded_to_the_same_bytes(string file)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Golden, file));
        MessageFrame.Encode(await DecodeAsync(file, bytes)).ShouldBe(bytes);
    }

    [Theory]
    [MemberData(nameof(Responses))]
    public void A_recorded_answer_is_the_empty_message(string file) =>
        MessageFrame.Encode(new UploadFileResponse()).ShouldBe(File.ReadAllBytes(Path.Combine(Golden, file)));

    [Fact]
    public async Task The_upload_of_metads_tables_decodes_to_its_values() => (await DecodeAsync("backup/01_UploadFile.req.bin")).ShouldBe(MetaUpload);

    [Fact]
    public async Task An_upload_of_a_second_data_path_decodes_to_its_values() =>
        (await DecodeAsync("backup/10_UploadFile.req.bin")).ShouldBe(Upload(
            $"/data/nebula/n2/data/storage2/nebula/2/checkpoints/{Name}", $"/data/backup/{Name}/data/127.0.1.2:9779/data1/2"));

    [Fact]
    public async Task The_restores_calls_decode_to_their_values()
    {
        (await DecodeAsync("restore/04_StopService.req.bin")).ShouldBe(new StopServiceRequest { Role = ServiceRole.Meta, Dir = "/data/nebula/n1" });
        (await DecodeAsync("restore/08_MoveDir.req.bin")).ShouldBe(
            new MoveDirRequest { SrcPath = "/data/nebula/n2/cluster.id", DstPath = "/data/nebula/n2/cluster.id_old_1795342914" });
        (await DecodeAsync("restore/17_DownloadFile.req.bin")).ShouldBe(new DownloadFileRequest
        {
            SessionId = "4601fce0-d3a0-4139-b67e-354d8e6c8a8d",
            Recursively = true,
            SourceBackend = new Backend { Local = new Local { Path = $"/data/backup/{Name}/data/127.0.1.2:9779/data1/" } },
            TargetPath = "/data/nebula/n2/data/storage2/nebula",
        });
        (await DecodeAsync("restore/23_StartService.req.bin")).ShouldBe(new StartServiceRequest { Role = ServiceRole.Graph, Dir = "/data/nebula/n1" });
        (await DecodeAsync("restore/31_RemoveDir.req.bin")).ShouldBe(new RemoveDirRequest { Path = "/data/nebula/n1/cluster.id_old_1795342914" });
    }

    [Fact]
    public async Task A_whole_recorded_connection_is_served()
    {
        var got = new TaskCompletionSource<UploadFileRequest>();
        await using var server = await RunningServer.StartAsync(router => router.Unary(
            UpstreamStorageMethods.UploadFile, RpcAccess.Anyone, (request, _, _) => { got.SetResult(request); return Task.FromResult(new UploadFileResponse()); }));
        using var br = new TcpClient();
        await br.ConnectAsync(server.Address.Host, server.Address.Port);
        await br.GetStream().WriteAsync(File.ReadAllBytes(Path.Combine(Golden, "backup/connection-meta.c2s.bin")));
        (await got.Task.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(MetaUpload);
    }

    static UploadFileRequest MetaUpload => Upload($"/data/nebula/n1/data/meta/nebula/0/checkpoints/{Name}", $"/data/backup/{Name}/meta");

    static UploadFileRequest Upload(string source, string target) => new()
    {
        SessionId = Session,
        Recursively = true,
        SourcePath = source,
        TargetBackend = new Backend { Local = new Local { Path = target } },
    };

    static Task<IMessage> DecodeAsync(string file) => DecodeAsync(file, File.ReadAllBytes(Path.Combine(Golden, file)));

    static Task<IMessage> DecodeAsync(string file, byte[] bytes) => Path.GetFileName(file).Split('_', '.')[1] switch
    {
        "UploadFile" => ReadAsync(UpstreamStorageMethods.UploadFile, bytes),
        "DownloadFile" => ReadAsync(UpstreamStorageMethods.DownloadFile, bytes),
        "MoveDir" => ReadAsync(UpstreamStorageMethods.MoveDir, bytes),
        "RemoveDir" => ReadAsync(UpstreamStorageMethods.RemoveDir, bytes),
        "StartService" => ReadAsync(UpstreamAgentMethods.StartService, bytes),
        "StopService" => ReadAsync(UpstreamAgentMethods.StopService, bytes),
        var other => throw new InvalidOperationException($"no method {other}"),
    };

    static async Task<IMessage> ReadAsync<TRequest, TResponse>(RpcMethod<TRequest, TResponse> method, byte[] bytes)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        (await MessageFrame.ReadAsync(new MemoryStream(bytes), method.RequestParser, method.MaxRequestBytes, CancellationToken.None)).ShouldNotBeNull();

    static IEnumerable<string> Files(string pattern) =>
        Directory.EnumerateFiles(Golden, pattern, SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Golden, file)).Order(StringComparer.Ordinal);
}
