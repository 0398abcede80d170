using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Rpc.Services;

/// <summary>The calls of <c>backup_agent.proto</c>, whose comments are their contract.</summary>
public static class BackupAgentMethods
{
    const string Service = "nebulakeep.agent.v1.BackupAgent";

    /// <summary>Room for about 100,000 files of a host in one request.</summary>
    const int FileListBytes = 32 << 20;

    /// <summary>Unary.</summary>
    public static readonly RpcMethod<DescribeRequest, DescribeResponse> Describe =
        new(Service, nameof(Describe), DescribeRequest.Parser, DescribeResponse.Parser);

    /// <summary>Streams files.</summary>
    public static readonly RpcMethod<InventoryRequest, InventoryFile> Inventory =
        new(Service, nameof(Inventory), InventoryRequest.Parser, InventoryFile.Parser);

    /// <summary>Unary.</summary>
    public static readonly RpcMethod<FreeSpaceRequest, FreeSpaceResponse> FreeSpace =
        new(Service, nameof(FreeSpace), FreeSpaceRequest.Parser, FreeSpaceResponse.Parser);

    /// <summary>Streams events. Its request may list every file of a host.</summary>
    public static readonly RpcMethod<UploadRequest, UploadEvent> Upload =
        new(Service, nameof(Upload), UploadRequest.Parser, UploadEvent.Parser) { MaxRequestBytes = FileListBytes };

    /// <summary>Streams events. Its request lists every file of a host.</summary>
    public static readonly RpcMethod<DownloadRequest, DownloadEvent> Download =
        new(Service, nameof(Download), DownloadRequest.Parser, DownloadEvent.Parser) { MaxRequestBytes = FileListBytes };

    /// <summary>Unary.</summary>
    public static readonly RpcMethod<ControlDaemonRequest, DaemonState> ControlDaemon =
        new(Service, nameof(ControlDaemon), ControlDaemonRequest.Parser, DaemonState.Parser);

    /// <summary>Unary.</summary>
    public static readonly RpcMethod<GetDaemonRequest, DaemonState> GetDaemon =
        new(Service, nameof(GetDaemon), GetDaemonRequest.Parser, DaemonState.Parser);

    /// <summary>Unary.</summary>
    public static readonly RpcMethod<SetAsideRequest, SetAsideResponse> SetAside =
        new(Service, nameof(SetAside), SetAsideRequest.Parser, SetAsideResponse.Parser);

    /// <summary>Unary.</summary>
    public static readonly RpcMethod<JournalRequest, JournalResponse> PutBack =
        new(Service, nameof(PutBack), JournalRequest.Parser, JournalResponse.Parser);

    /// <summary>Unary.</summary>
    public static readonly RpcMethod<JournalRequest, JournalResponse> Discard =
        new(Service, nameof(Discard), JournalRequest.Parser, JournalResponse.Parser);

    /// <summary>Unary.</summary>
    public static readonly RpcMethod<ListJournalsRequest, ListJournalsResponse> ListJournals =
        new(Service, nameof(ListJournals), ListJournalsRequest.Parser, ListJournalsResponse.Parser);

    /// <summary>Unary.</summary>
    public static readonly RpcMethod<RemoveCheckpointsRequest, RemoveCheckpointsResponse> RemoveCheckpoints =
        new(Service, nameof(RemoveCheckpoints), RemoveCheckpointsRequest.Parser, RemoveCheckpointsResponse.Parser);
}
