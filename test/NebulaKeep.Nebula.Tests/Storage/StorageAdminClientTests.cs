using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Thrift.Server;

namespace NebulaKeep.Nebula.Tests.Storage;

public sealed class StorageAdminClientTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_are_opened_one_space_a_call_and_missing_spaces_are_passed_over()
    {
        var seen = new ConcurrentQueue<BlockingSignRequest>();
        await using var server = Start(new ThriftHandlers().On(StorageAdminService.BlockingWrites, (request, _) =>
        {
            seen.Enqueue(request);
            return Task.FromResult(new BlockingSignResp { Code = request.SpaceIds[0] == 2 ? ErrorCode.E_SPACE_NOT_FOUND
                : ErrorCode.SUCCEEDED });
        }));
        await using var client = new StorageAdminClient(server.Address, new());

        await client.SetWritesBlockedAsync([1, 2, 3], blocked: false, Token);

        seen.ShouldBe([Off(1), Off(2), Off(3)]);
    }

    [Fact]
    public async Task Another_error_stops_and_says_which_space()
    {
        await using var server = Start(new ThriftHandlers().On(StorageAdminService.BlockingWrites,
            (_, _) => Task.FromResult(new BlockingSignResp { Code = ErrorCode.E_PART_NOT_FOUND })));
        await using var client = new StorageAdminClient(server.Address, new());

        var error = await Should.ThrowAsync<NebulaErrorException>(() => client.SetWritesBlockedAsync([4], blocked: true, Token));

        error.Message.ShouldContain("blockingWrites BLOCK_ON of space 4");
    }

    [Fact]
    public async Task Checkpoints_and_leaders_are_passed_through()
    {
        var info = new CheckpointInfo { SpaceId = 1, DataPath = "/d/nebula/1/checkpoints/X", Parts = new Dictionary<int,
            LogInfo> { [1] = new() { LogId = 5 } } };
        await using var server = Start(new ThriftHandlers()
            .On(StorageAdminService.CreateCheckpoint, (request, _) =>
                Task.FromResult(new CreateCPResp { Info = request.Name == "X" ? [info] : [] }))
            .On(StorageAdminService.DropCheckpoint, (_, _) => Task.FromResult(new DropCPResp { Code = ErrorCode.E_STORE_FAILURE }))
            .On(StorageAdminService.GetLeaderParts, (_, _) =>
                Task.FromResult(new GetLeaderPartsResp { LeaderParts = new Dictionary<int, IReadOnlyList<int>> { [1] = [2, 3] } })));
        await using var client = new StorageAdminClient(server.Address, new());

        (await client.CreateCheckpointAsync([1], "X", Token)).ShouldBe([info]);
        (await client.GetLeaderPartsAsync(Token))[1].ShouldBe([2, 3]);
        (await Should.ThrowAsync<NebulaErrorException>(() =>
            client.DropCheckpointAsync([1], "X", Token))).Code.ShouldBe(ErrorCode.E_STORE_FAILURE);
    }

    [Fact]
    public void The_admin_port_is_one_below_the_data_port() =>
        StorageAdminClient.OfStorage(new HostAddress("s1", 9779), new()).Address.ShouldBe(new HostAddress("s1", 9778));

    static BlockingSignRequest Off(int space) => new() { SpaceIds = [space], Sign = EngineSignType.BLOCK_OFF };

    static ThriftServer Start(ThriftHandlers handlers) =>
        ThriftServer.Start(new IPEndPoint(IPAddress.Loopback, 0), handlers, new(), NullLogger.Instance);
}
