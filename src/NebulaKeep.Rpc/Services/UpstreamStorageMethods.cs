using NebulaKeep.Rpc.Upstream;

namespace NebulaKeep.Rpc.Services;

/// <summary>Upstream's <c>/proto.StorageService/*</c>, all unary (spec/agent.md §2.3).</summary>
public static class UpstreamStorageMethods
{
    const string Service = "proto.StorageService";

    /// <summary>Sends a file or directory to a store.</summary>
    public static readonly RpcMethod<UploadFileRequest, UploadFileResponse> UploadFile =
        new(Service, nameof(UploadFile), UploadFileRequest.Parser, UploadFileResponse.Parser);

    /// <summary>Fetches a file or everything below a prefix.</summary>
    public static readonly RpcMethod<DownloadFileRequest, DownloadFileResponse> DownloadFile =
        new(Service, nameof(DownloadFile), DownloadFileRequest.Parser, DownloadFileResponse.Parser);

    /// <summary>Renames a file or directory.</summary>
    public static readonly RpcMethod<MoveDirRequest, MoveDirResponse> MoveDir =
        new(Service, nameof(MoveDir), MoveDirRequest.Parser, MoveDirResponse.Parser);

    /// <summary>Removes a file or directory with all below it.</summary>
    public static readonly RpcMethod<RemoveDirRequest, RemoveDirResponse> RemoveDir =
        new(Service, nameof(RemoveDir), RemoveDirRequest.Parser, RemoveDirResponse.Parser);

    /// <summary>Whether a path exists.</summary>
    public static readonly RpcMethod<ExistDirRequest, ExistDirResponse> ExistDir =
        new(Service, nameof(ExistDir), ExistDirRequest.Parser, ExistDirResponse.Parser);
}
