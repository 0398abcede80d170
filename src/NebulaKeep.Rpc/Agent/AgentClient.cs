using System.Runtime.CompilerServices;
using Google.Protobuf;
using NebulaKeep.Core;
using NebulaKeep.Rpc.AgentV1;
using NebulaKeep.Rpc.Client;
using NebulaKeep.Rpc.Services;

namespace NebulaKeep.Rpc.Agent;

/// <inheritdoc cref="IAgentClient"/>
public sealed class AgentClient(HostAddress address, AgentClientOptions options) : IAgentClient
{
    /// <summary>The agent answers a daemon's time-out itself; the call waits a little longer for that answer.</summary>
    static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(15);

    readonly GrpcChannel channel = new(address, options.Channel);

    /// <inheritdoc/>
    public HostAddress Address => address;

    /// <inheritdoc/>
    public Task<DescribeResponse> DescribeAsync(CancellationToken cancellationToken) =>
        CallAsync(BackupAgentMethods.Describe, new DescribeRequest(), options.CallTimeout, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<InventoryFile> InventoryAsync(IEnumerable<string> directories, CancellationToken cancellationToken) =>
        StreamAsync(BackupAgentMethods.Inventory, new InventoryRequest { Directories = { directories } }, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<InventoryFile> ReadLogsAsync(IEnumerable<string> directories, CancellationToken cancellationToken) =>
        StreamAsync(BackupAgentMethods.Inventory, new InventoryRequest { Directories = { directories }, ReadLogs = true }, cancellationToken);

    /// <inheritdoc/>
    public Task<FreeSpaceResponse> FreeSpaceAsync(IEnumerable<string> paths, CancellationToken cancellationToken) =>
        CallAsync(BackupAgentMethods.FreeSpace, new FreeSpaceRequest { Paths = { paths } }, options.CallTimeout, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<UploadEvent> UploadAsync(UploadRequest request, CancellationToken cancellationToken) =>
        WholeAsync(BackupAgentMethods.Upload, request, e => e.EventCase == UploadEvent.EventOneofCase.Summary, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<DownloadEvent> DownloadAsync(DownloadRequest request, CancellationToken cancellationToken) =>
        WholeAsync(BackupAgentMethods.Download, request, e => e.EventCase == DownloadEvent.EventOneofCase.Summary, cancellationToken);

    /// <inheritdoc/>
    public Task<DaemonState> StartDaemonAsync(Role role, string root, TimeSpan timeout, CancellationToken cancellationToken) =>
        ControlAsync(role, root, ControlDaemonRequest.Types.Action.Start, timeout, cancellationToken);

    /// <inheritdoc/>
    public Task<DaemonState> StopDaemonAsync(Role role, string root, TimeSpan timeout, CancellationToken cancellationToken) =>
        ControlAsync(role, root, ControlDaemonRequest.Types.Action.Stop, timeout, cancellationToken);

    /// <inheritdoc/>
    public Task<DaemonState> GetDaemonAsync(Role role, string root, CancellationToken cancellationToken) =>
        CallAsync(BackupAgentMethods.GetDaemon, new GetDaemonRequest { Role = role, Root = root }, options.CallTimeout, cancellationToken);

    /// <inheritdoc/>
    public Task<SetAsideResponse> SetAsideAsync(string journalId, string root, IEnumerable<string> paths, CancellationToken cancellationToken) =>
        CallAsync(BackupAgentMethods.SetAside, new SetAsideRequest { JournalId = journalId, Root = root, Paths = { paths } }, options.MoveTimeout, cancellationToken);

    /// <inheritdoc/>
    public Task<JournalResponse> PutBackAsync(string journalId, string root, CancellationToken cancellationToken) =>
        CallAsync(BackupAgentMethods.PutBack, new JournalRequest { JournalId = journalId, Root = root }, options.MoveTimeout, cancellationToken);

    /// <inheritdoc/>
    public Task<JournalResponse> DiscardAsync(string journalId, string root, CancellationToken cancellationToken) =>
        CallAsync(BackupAgentMethods.Discard, new JournalRequest { JournalId = journalId, Root = root }, options.MoveTimeout, cancellationToken);

    /// <inheritdoc/>
    public Task<ListJournalsResponse> ListJournalsAsync(IEnumerable<string> roots, CancellationToken cancellationToken) =>
        CallAsync(BackupAgentMethods.ListJournals, new ListJournalsRequest { Roots = { roots } }, options.CallTimeout, cancellationToken);

    /// <inheritdoc/>
    public Task<RemoveCheckpointsResponse> RemoveCheckpointsAsync(BackupName name, CancellationToken cancellationToken) =>
        CallAsync(BackupAgentMethods.RemoveCheckpoints, new RemoveCheckpointsRequest { Name = name.Value }, options.MoveTimeout, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        channel.Dispose();
        return ValueTask.CompletedTask;
    }

    Task<DaemonState> ControlAsync(Role role, string root, ControlDaemonRequest.Types.Action action, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var request = new ControlDaemonRequest { Role = role, Root = root, Action = action, TimeoutMillis = (long)timeout.TotalMilliseconds };
        return CallAsync(BackupAgentMethods.ControlDaemon, request, timeout + AnswerTime, cancellationToken);
    }

    async Task<TResponse> CallAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, TimeSpan timeout, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        try
        {
            return await channel.CallAsync(method, request, timeout, cancellationToken);
        }
        catch (GrpcStatusException e)
        {
            throw AgentException.From(address, method.Name, e);
        }
    }

    /// <summary>A stream that must end with a last event.</summary>
    async IAsyncEnumerable<TResponse> WholeAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, Func<TResponse, bool> isLast, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var ended = false;
        await foreach (var message in StreamAsync(method, request, cancellationToken))
        {
            ended = isLast(message);
            yield return message;
        }

        if (!ended) throw new AgentException(address, AgentFailure.Failed, $"agent {address}: {method.Name}: the stream ended without a summary; not everything was transferred", isTransient: true);
    }

    async IAsyncEnumerable<TResponse> StreamAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, options.Channel.Clock);
        using var joined = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        await using var messages = channel.StreamAsync(method, request, timeout: null, joined.Token).GetAsyncEnumerator(joined.Token);
        while (await NextAsync(messages, method.Name, silence, cancellationToken))
        {
            yield return messages.Current;
        }
    }

    /// <summary>The silence timer runs only while we wait for the agent, not while the caller works on an event.</summary>
    async Task<bool> NextAsync<T>(IAsyncEnumerator<T> messages, string call, CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        try
        {
            silence.CancelAfter(options.SilenceTimeout);
            var more = await messages.MoveNextAsync();
            silence.CancelAfter(Timeout.InfiniteTimeSpan);
            return more;
        }
        catch (OperationCanceledException e) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new AgentException(address, AgentFailure.TimedOut, $"agent {address}: {call}: nothing heard for {options.SilenceTimeout.TotalSeconds:0} s; see the agent's log", isTransient: true, e);
        }
        catch (GrpcStatusException e)
        {
            throw AgentException.From(address, call, e);
        }
    }
}
