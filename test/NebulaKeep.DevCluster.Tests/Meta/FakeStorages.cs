using System.Collections.Concurrent;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Meta;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Tests.Meta;

/// <summary>
/// The admin ports of storageds: notes what metad asks of them, and answers as it is told. Calls read "ON n1 1,2", n1 being the last number
/// of the host.
/// </summary>
sealed class FakeStorages : IStorageAdmin
{
    readonly ConcurrentQueue<string> calls = new();

    public IReadOnlyList<string> Calls => [.. calls];

    /// <summary>The code of a call; success unless set.</summary>
    public Func<string, ErrorCode> Answer { get; set; } = _ => ErrorCode.SUCCEEDED;

    /// <summary>Which hosts have writes blocked, by what was asked of them.</summary>
    public ConcurrentDictionary<string, bool> Blocked { get; } = new();

    public void Forget() => calls.Clear();

    public Task<ErrorCode> BlockWritesAsync(HostAddress storage, IReadOnlyCollection<int> spaces, EngineSignType sign, CancellationToken cancellationToken)
    {
        var code = Note($"{(sign == EngineSignType.BLOCK_ON ? "ON" : "OFF")} {Name(storage)} {string.Join(',', spaces)}");
        if (code == ErrorCode.SUCCEEDED) Blocked[Name(storage)] = sign == EngineSignType.BLOCK_ON;
        return Task.FromResult(code);
    }

    public Task<CreateCPResp> CreateCheckpointAsync(HostAddress storage, IReadOnlyCollection<int> spaces, string name, CancellationToken cancellationToken) =>
        Task.FromResult(new CreateCPResp
        {
            Code = Note($"CHECKPOINT {Name(storage)} {string.Join(',', spaces)}"),
            Info = [.. spaces.Select(space => new CheckpointInfo { SpaceId = space, DataPath = $"/data/{space}/{name}", Parts = new Dictionary<int, LogInfo>() })],
        });

    public Task<ErrorCode> DropCheckpointAsync(HostAddress storage, IReadOnlyCollection<int> spaces, string name, CancellationToken cancellationToken) =>
        Task.FromResult(Note($"DROP {Name(storage)} {string.Join(',', spaces)}"));

    public Task<ErrorCode> AddTaskAsync(HostAddress storage, AddTaskRequest task, CancellationToken cancellationToken) =>
        Task.FromResult(Note($"{task.JobType} {Name(storage)} {task.Para.SpaceId}"));

    ErrorCode Note(string call)
    {
        calls.Enqueue(call);
        return Answer(call);
    }

    static string Name(HostAddress host) => "n" + host.Host[(host.Host.LastIndexOf('.') + 1)..];
}
