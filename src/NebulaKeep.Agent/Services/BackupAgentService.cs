using System.Runtime.CompilerServices;
using NebulaKeep.Agent.Daemons;
using NebulaKeep.Agent.Files;
using NebulaKeep.Agent.Journals;
using NebulaKeep.Agent.Transfer;
using NebulaKeep.Core;
using NebulaKeep.Rpc;
using NebulaKeep.Rpc.AgentV1;
using NebulaKeep.Rpc.Server;
using NebulaKeep.Rpc.Services;

namespace NebulaKeep.Agent.Services;

/// <summary>Our own contract (<c>backup_agent.proto</c>): from messages to the parts that do the work. Clients with a certificate only.</summary>
sealed class BackupAgentService(AgentParts parts)
{
    /// <summary>Longer than any daemon takes; what is asked beyond is cut.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>Adds all methods.</summary>
    public void AddTo(RpcRouter router)
    {
        router.Unary(BackupAgentMethods.Describe, RpcAccess.Authenticated, (_, _, _) => Task.FromResult(parts.Self.Describe()));
        router.Stream(BackupAgentMethods.Inventory, RpcAccess.Authenticated, (request, _, token) => InventoryAsync(request, token));
        router.Unary(BackupAgentMethods.FreeSpace, RpcAccess.Authenticated, (request, _, _) => Task.FromResult(FreeSpace(request)));
        router.Stream(BackupAgentMethods.Upload, RpcAccess.Authenticated, (request, _, token) => UploadAsync(request, token));
        router.Stream(BackupAgentMethods.Download, RpcAccess.Authenticated, (request, _, token) => DownloadAsync(request, token));
        router.Unary(BackupAgentMethods.ControlDaemon, RpcAccess.Authenticated, (request, _, token) => ControlAsync(request, token));
        router.Unary(BackupAgentMethods.GetDaemon, RpcAccess.Authenticated, (request, _, _) => Task.FromResult(State(DaemonControl.FindRunning(Daemon(request.Root, request.Role)))));
        AddJournals(router);
    }

    void AddJournals(RpcRouter router)
    {
        router.Unary(BackupAgentMethods.SetAside, RpcAccess.Authenticated, async (request, _, token) =>
            new SetAsideResponse { Moves = { await parts.Journals.SetAsideAsync(request.JournalId, request.Root, request.Paths, token) } });
        router.Unary(BackupAgentMethods.PutBack, RpcAccess.Authenticated, async (request, _, token) =>
            new JournalResponse { Moves = { await parts.Journals.PutBackAsync(request.JournalId, request.Root, token) } });
        router.Unary(BackupAgentMethods.Discard, RpcAccess.Authenticated, async (request, _, token) =>
            new JournalResponse { Moves = { await parts.Journals.DiscardAsync(request.JournalId, request.Root, token) } });
        router.Unary(BackupAgentMethods.ListJournals, RpcAccess.Authenticated, async (request, _, token) =>
            new ListJournalsResponse { Journals = { await parts.Journals.ListAsync(request.Roots, token) } });
        router.Unary(BackupAgentMethods.RemoveCheckpoints, RpcAccess.Authenticated, RemoveCheckpointsAsync);
    }

    async IAsyncEnumerable<InventoryFile> InventoryAsync(InventoryRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var directories = request.Directories.Select(parts.Guard.Data).ToList();
        foreach (var file in directories.SelectMany(directory => FileLister.List(parts.Guard, directory)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new InventoryFile
            {
                Directory = file.Directory,
                Path = file.Path,
                Size = file.Stat.Size,
                Inode = file.Stat.Inode,
                MtimeNanos = file.Stat.MtimeNanos,
                Log = request.ReadLogs ? RaftLogs.Read(parts.Guard, file) : null,
            };
        }

        await Task.CompletedTask;
    }

    FreeSpaceResponse FreeSpace(FreeSpaceRequest request)
    {
        var response = new FreeSpaceResponse();
        foreach (var path in request.Paths)
        {
            var volume = Volumes.Of(parts.Guard.Data(path));
            response.Volumes.Add(new FreeSpaceResponse.Types.Volume { Path = path, FreeBytes = volume.FreeBytes, TotalBytes = volume.TotalBytes, Device = volume.Device });
        }

        return response;
    }

    async IAsyncEnumerable<UploadEvent> UploadAsync(UploadRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sources = request.Sources.Select(SourceOf).ToList();
        await using var store = parts.Stores.Open(request.Store);
        await foreach (var e in parts.Uploader.RunAsync(store, sources, request.Concurrency, request.AlwaysHash, cancellationToken)) yield return e;
    }

    UploadSource SourceOf(UploadRequest.Types.Source source)
    {
        var known = new Dictionary<string, KnownFile>(StringComparer.Ordinal);
        foreach (var file in source.Known)
            if (!known.TryAdd(file.Path, KnownFile.Of(file)))
                throw new AgentFailureException(GrpcStatusCode.InvalidArgument, $"{file.Path} is known twice");
        return new UploadSource(parts.Guard.Data(source.Directory), source.KeyPrefix, source.Only, known);
    }

    async IAsyncEnumerable<DownloadEvent> DownloadAsync(DownloadRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var items = request.Items.Select(ItemOf).ToList();
        using var inPlace = await parts.Journals.KeepInPlaceAsync(cancellationToken);
        await using var store = parts.Stores.Open(request.Store);
        await foreach (var e in parts.Downloader.RunAsync(store, items, request.Concurrency, cancellationToken)) yield return e;
    }

    DownloadItem ItemOf(DownloadRequest.Types.Item item) => item.Sha256.Length is 0 or 32
        ? new DownloadItem(item.Key, parts.Guard.BelowData(item.Target), item.Size, item.Sha256.IsEmpty ? null : Convert.ToHexStringLower(item.Sha256.Span))
        : throw new AgentFailureException(GrpcStatusCode.InvalidArgument, $"the SHA-256 of {item.Key} has {item.Sha256.Length} bytes instead of 32");

    async Task<DaemonState> ControlAsync(ControlDaemonRequest request, CancellationToken cancellationToken)
    {
        var (daemon, timeout) = (Daemon(request.Root, request.Role), TimeSpan.FromMilliseconds(Math.Clamp(request.TimeoutMillis, 0, LongestWait.TotalMilliseconds)));
        switch (request.Action)
        {
            case ControlDaemonRequest.Types.Action.Start:
                var pid = await parts.Daemons.StartAsync(daemon, timeout, cancellationToken);
                parts.DaemonStarted();
                return State(pid);
            case ControlDaemonRequest.Types.Action.Stop:
                await parts.Daemons.StopAsync(daemon, timeout, cancellationToken);
                return State(null);
            default:
                throw new AgentFailureException(GrpcStatusCode.InvalidArgument, "the request names no action");
        }
    }

    DaemonFiles Daemon(string root, Role role) => DaemonFiles.Read(parts.Guard.Root(root), role);

    Task<RemoveCheckpointsResponse> RemoveCheckpointsAsync(RemoveCheckpointsRequest request, RpcCall call, CancellationToken cancellationToken)
    {
        if (!BackupName.TryParse(request.Name, out var name)) throw new AgentFailureException(GrpcStatusCode.InvalidArgument, "that is no backup's name: BACKUP_yyyy_MM_dd_HH_mm_ss");
        return Task.Run(() => new RemoveCheckpointsResponse { Removed = { parts.Checkpoints.Remove(name, cancellationToken) } }, cancellationToken);
    }

    static DaemonState State(int? pid) =>
        new() { State = pid is null ? DaemonState.Types.State.Exited : DaemonState.Types.State.Running, Pid = pid ?? 0 };
}
