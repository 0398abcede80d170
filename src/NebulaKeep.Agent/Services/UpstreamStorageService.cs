using NebulaKeep.Agent.Files;
using NebulaKeep.Agent.Journals;
using NebulaKeep.Agent.Transfer;
using NebulaKeep.ObjectStore;
using NebulaKeep.Rpc.Server;
using NebulaKeep.Rpc.Services;
using NebulaKeep.Rpc.Upstream;

namespace NebulaKeep.Agent.Services;

/// <summary>
/// Upstream's <c>proto.StorageService</c>, confined by the guard and honest about failures (spec/agent.md §5). Each call opens
/// its own store: upstream's cache gives later calls of a session the first call's credentials.
/// </summary>
sealed class UpstreamStorageService(AgentParts parts, IMoveDisk disk)
{
    /// <summary>What the AWS SDK of upstream's agent uses.</summary>
    const int Concurrency = 5;

    static readonly Dictionary<string, KnownFile> NothingKnown = [];

    /// <summary>Adds all methods.</summary>
    public void AddTo(RpcRouter router, RpcAccess access)
    {
        router.Unary(UpstreamStorageMethods.UploadFile, access, (request, _, token) => UpstreamErrors.AsUnknown(() => UploadAsync(request, token)));
        router.Unary(UpstreamStorageMethods.DownloadFile, access, (request, _, token) => UpstreamErrors.AsUnknown(() => DownloadAsync(request, token)));
        router.Unary(UpstreamStorageMethods.MoveDir, access, (request, _, _) => UpstreamErrors.AsUnknown(() => Task.Run(() => Move(request), CancellationToken.None)));
        router.Unary(UpstreamStorageMethods.RemoveDir, access, (request, _, _) => UpstreamErrors.AsUnknown(() => Task.Run(() => Remove(request), CancellationToken.None)));
        router.Unary(UpstreamStorageMethods.ExistDir, access, (request, _, _) => UpstreamErrors.AsUnknown(() => Task.FromResult(Exist(request))));
    }

    async Task<UploadFileResponse> UploadAsync(UploadFileRequest request, CancellationToken cancellationToken)
    {
        var source = parts.Guard.Data(request.SourcePath);
        var kind = Posix.Stat(source)?.Kind ?? throw UpstreamErrors.Missing(source);
        if (kind == FileKind.Directory && !request.Recursively) throw new AgentFailureException(Rpc.GrpcStatusCode.Unknown, $"{source} is a directory; ask for it recursively");
        var target = UpstreamBackend.Locate(request.TargetBackend, parts.Guard);
        await using var store = parts.Stores.Open(target.Settings);
        if (kind == FileKind.Directory) await DrainAsync(parts.Uploader.RunAsync(store, [new UploadSource(source, target.Key, [], NothingKnown)], Concurrency, alwaysHash: true, cancellationToken));
        else await parts.Uploader.SendFileAsync(store, source, target.Key, cancellationToken);
        return new UploadFileResponse();
    }

    async Task<DownloadFileResponse> DownloadAsync(DownloadFileRequest request, CancellationToken cancellationToken)
    {
        var source = UpstreamBackend.Locate(request.SourceBackend, parts.Guard);
        var target = parts.Guard.Data(request.TargetPath);
        await using var store = parts.Stores.Open(source.Settings);
        var items = request.Recursively ? await BelowAsync(store, source.Key, target, cancellationToken) : await OneAsync(store, source.Key, target, cancellationToken);
        if (items.Count == 0) throw UpstreamErrors.Missing($"source external uri: {store.Location}/{source.Key}");
        await DrainAsync(parts.Downloader.RunAsync(store, items, Concurrency, cancellationToken));
        return new DownloadFileResponse();
    }

    /// <summary>Exactly what lies in the folder: upstream's prefix also matches its siblings.</summary>
    async Task<List<DownloadItem>> BelowAsync(IObjectStore store, string folder, string target, CancellationToken cancellationToken)
    {
        var items = new List<DownloadItem>();
        await foreach (var found in store.ListAsync($"{folder}/", cancellationToken))
        {
            items.Add(new DownloadItem(found.Key, parts.Guard.BelowData(Guard.PathRules.Below(target, found.Key[(folder.Length + 1)..])), found.Size, null));
        }

        return items;
    }

    async Task<List<DownloadItem>> OneAsync(IObjectStore store, string key, string target, CancellationToken cancellationToken) =>
        await store.StatAsync(key, cancellationToken) is { } found ? [new DownloadItem(key, parts.Guard.BelowData(target), found.Size, null)] : [];

    MoveDirResponse Move(MoveDirRequest request)
    {
        var (from, to) = (parts.Guard.Movable(request.SrcPath), parts.Guard.Movable(request.DstPath));
        if (!disk.Exists(from)) throw UpstreamErrors.Missing(from);
        disk.Rename(from, to);
        return new MoveDirResponse();
    }

    RemoveDirResponse Remove(RemoveDirRequest request)
    {
        disk.Remove(parts.Guard.Movable(request.Path));
        return new RemoveDirResponse();
    }

    ExistDirResponse Exist(ExistDirRequest request)
    {
        // Upstream's br also asks for the cluster id in a root.
        var path = parts.Guard.Readable(request.Path);
        return new ExistDirResponse { Exist = disk.Exists(path) };
    }

    static async Task DrainAsync<T>(IAsyncEnumerable<T> events)
    {
        await foreach (var _ in events) { }
    }
}
