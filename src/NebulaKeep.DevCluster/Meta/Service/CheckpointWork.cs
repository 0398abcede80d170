using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Meta.Service;

/// <summary>
/// What createBackup, createSnapshot and dropSnapshot make storageds do, host by host, without a time limit
/// (spec/backup-flow.md §2). Remembers the spaces of the last backup as the real metad does: later snapshots and drops handle only
/// those, until the next backup or a restart (§2.4, observed with NebulaGraph 3.8.0).
/// </summary>
sealed partial class CheckpointWork(MetaContext context)
{
    HashSet<int> spaces = [];

    /// <summary>From now on only these spaces are handled.</summary>
    public void Remember(IEnumerable<int> ids) => spaces = [.. ids];

    /// <summary>The hosts of the remembered spaces (all, before the first backup), each with its spaces.</summary>
    public SortedDictionary<HostAddress, SortedSet<int>> Hosts() => context.Spaces.HostSpaces(space => spaces.Count == 0 || spaces.Contains(space));

    /// <summary>Blocks writes, makes the checkpoints, runs <paramref name="export"/>, and unblocks whatever happened.</summary>
    /// <exception cref="MetaErrorException">The code of the step that failed. Hosts are unblocked; the caller's record stays INVALID.</exception>
    public async Task<IReadOnlyList<(HostAddress Host, CheckpointInfo Info)>> RunAsync(string name, Action export, CancellationToken cancellationToken)
    {
        var hosts = Hosts();
        try
        {
            await BlockAsync(hosts, cancellationToken);
            var checkpoints = await CheckpointAsync(hosts, name, cancellationToken);
            export();
            if (!await UnblockAsync(hosts, cancellationToken)) throw new MetaErrorException(ErrorCode.E_BLOCK_WRITE_FAILURE);
            return checkpoints;
        }
        catch (MetaErrorException)
        {
            // A metad that is killed here unblocks nothing (observed): cancellation does not come this way.
            await UnblockAsync(hosts, cancellationToken);
            throw;
        }
    }

    /// <summary>Drops a checkpoint on the hosts named; a host that fails is only logged.</summary>
    public async Task DropAsync(string name, IReadOnlyCollection<HostAddress> recorded, CancellationToken cancellationToken)
    {
        foreach (var (host, held) in Hosts().Where(h => recorded.Contains(h.Key)))
        {
            var code = await context.Storage.DropCheckpointAsync(host, held, name, cancellationToken);
            if (code != ErrorCode.SUCCEEDED) LogNotDropped(context.Logger, host, name, code);
        }
    }

    async Task BlockAsync(SortedDictionary<HostAddress, SortedSet<int>> hosts, CancellationToken cancellationToken)
    {
        foreach (var (host, held) in hosts)
        {
            LogBlocking(context.Logger, "will block", host);
            var code = await context.Storage.BlockWritesAsync(host, held, EngineSignType.BLOCK_ON, cancellationToken);
            if (code == ErrorCode.SUCCEEDED) continue;
            LogFailed(context.Logger, "blocking writes", host, code);
            throw new MetaErrorException(ErrorCode.E_BLOCK_WRITE_FAILURE);
        }

        if (context.Faults.AfterBlocking is { } step) await step(cancellationToken);
    }

    async Task<bool> UnblockAsync(SortedDictionary<HostAddress, SortedSet<int>> hosts, CancellationToken cancellationToken)
    {
        var all = true;
        foreach (var (host, held) in hosts)
        {
            LogBlocking(context.Logger, "will unblock", host);
            var code = await context.Storage.BlockWritesAsync(host, held, EngineSignType.BLOCK_OFF, cancellationToken);
            if (code == ErrorCode.SUCCEEDED) continue;
            LogFailed(context.Logger, "unblocking writes", host, code);
            all = false;
        }

        return all;
    }

    async Task<List<(HostAddress, CheckpointInfo)>> CheckpointAsync(
        SortedDictionary<HostAddress, SortedSet<int>> hosts, string name, CancellationToken cancellationToken)
    {
        var checkpoints = new List<(HostAddress, CheckpointInfo)>();
        foreach (var (host, held) in hosts)
        {
            var made = await context.Storage.CreateCheckpointAsync(host, held, name, cancellationToken);
            if (made.Code != ErrorCode.SUCCEEDED)
            {
                LogFailed(context.Logger, "creating a checkpoint", host, made.Code);
                throw new MetaErrorException(ErrorCode.E_RPC_FAILURE);
            }

            checkpoints.AddRange(made.Info.Select(info => (host, info)));
        }

        return checkpoints;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{What} write host: {Host}")]
    static partial void LogBlocking(ILogger logger, string what, HostAddress host);

    [LoggerMessage(Level = LogLevel.Error, Message = "{What} failed on {Host}: {Code}")]
    static partial void LogFailed(ILogger logger, string what, HostAddress host, ErrorCode code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Checkpoint {Name} may be left on {Host}: {Code}")]
    static partial void LogNotDropped(ILogger logger, HostAddress host, string name, ErrorCode code);
}
