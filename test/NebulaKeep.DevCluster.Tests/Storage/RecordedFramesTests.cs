using System.Buffers.Binary;
using System.Net.Sockets;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Tests.Storage;

/// <summary>Requests recorded at a real storaged 3.8.0 that has spaces 1 and 2, sent to ours: the answers are the same bytes.</summary>
public sealed class RecordedFramesTests
{
    /// <summary>latency_in_us and the ends of the three structs around it, at the end of an answer.</summary>
    const int LatencyTail = 11;

    [Fact]
    public async Task The_admin_port_answers_as_the_real_one()
    {
        await using var cluster = await TwoSpacesAsync();
        var admin = cluster.Storages[0].Address.Port - 1;
        foreach (var name in new[]
                 {
                     "02_blockingWrites", "03_blockingWrites", "04_dropCheckpoint", "05_dropCheckpoint", "06_createCheckpoint", "07_noSuchMethod",
                     "08_blockingWrites", "09_blockingWrites",
                 })
            Convert.ToHexString(await ExchangeAsync(admin, Golden($"{name}.req.bin"))).ShouldBe(Convert.ToHexString(Golden($"{name}.resp.bin")), name);
    }

    [Fact]
    public async Task A_blocked_put_fails_as_at_the_real_one()
    {
        await using var cluster = await TwoSpacesAsync();
        (await cluster.BlockAsync(0, EngineSignType.BLOCK_ON, 2)).ShouldBe(ErrorCode.SUCCEEDED);

        var answer = await ExchangeAsync(cluster.Storages[0].Address.Port, Golden("01_put.req.bin"));

        var recorded = Golden("01_put.resp.bin");
        answer.Length.ShouldBe(recorded.Length);
        Convert.ToHexString(answer.AsSpan()[..^LatencyTail]).ShouldBe(Convert.ToHexString(recorded.AsSpan()[..^LatencyTail]));
    }

    static async Task<TestCluster> TwoSpacesAsync()
    {
        var cluster = await TestCluster.StartAsync(1);
        (await cluster.CreateSpaceAsync("golden_a", parts: 1, replicas: 1)).ShouldBe(1);
        (await cluster.CreateSpaceAsync("golden_b", parts: 1, replicas: 1)).ShouldBe(2);
        await TestCluster.UntilAsync(async () => (await cluster.AdminAsync(0, StorageAdminService.GetLeaderParts, new GetLeaderReq())).LeaderParts is { Count: 2 } leaders
            && leaders.Values.All(parts => parts.Count == 1));
        return cluster;
    }

    static byte[] Golden(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "storage-frames", name));

    static async Task<byte[]> ExchangeAsync(int port, byte[] frame)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        var stream = client.GetStream();
        await stream.WriteAsync(frame);
        var length = new byte[sizeof(int)];
        await stream.ReadExactlyAsync(length);
        var answer = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await stream.ReadExactlyAsync(answer);
        return [.. length, .. answer];
    }
}
