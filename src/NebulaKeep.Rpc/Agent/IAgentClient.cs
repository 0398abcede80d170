using NebulaKeep.Core;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Rpc.Agent;

/// <summary>
/// The calls of <c>backup_agent.proto</c> to the agent of one host. Every failure is an <see cref="AgentException"/>, except
/// the caller's own cancellation, which also ends the work at the agent. Safe for concurrent use.
/// </summary>
public interface IAgentClient : IAsyncDisposable
{
    /// <summary>The agent's address.</summary>
    HostAddress Address { get; }

    /// <summary>Who the agent is, what it may touch and what runs beside it.</summary>
    Task<DescribeResponse> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>Every file below absolute directories. A missing directory is <see cref="AgentFailure.NotFound"/>.</summary>
    IAsyncEnumerable<InventoryFile> InventoryAsync(IEnumerable<string> directories, CancellationToken cancellationToken);

    /// <summary>As <see cref="InventoryAsync"/>, and looks into every raft log file.</summary>
    IAsyncEnumerable<InventoryFile> ReadLogsAsync(IEnumerable<string> directories, CancellationToken cancellationToken);

    /// <summary>Free and total bytes of the file systems that hold the paths, which need not exist yet.</summary>
    Task<FreeSpaceResponse> FreeSpaceAsync(IEnumerable<string> paths, CancellationToken cancellationToken);

    /// <summary>
    /// Sends files to the store. Each file's event comes after the store confirmed it; the last event of a success is a
    /// summary, and a stream that ends without one throws.
    /// </summary>
    IAsyncEnumerable<UploadEvent> UploadAsync(UploadRequest request, CancellationToken cancellationToken);

    /// <summary>Fetches files; the last event of a success is a summary, and a stream that ends without one throws.</summary>
    IAsyncEnumerable<DownloadEvent> DownloadAsync(DownloadRequest request, CancellationToken cancellationToken);

    /// <summary>Starts a daemon, or finds it running, and returns when its process runs.</summary>
    /// <param name="root">The daemon's root as metad reports it.</param>
    /// <exception cref="AgentException"><see cref="AgentFailure.TimedOut"/> where it does not run within <paramref name="timeout"/>.</exception>
    Task<DaemonState> StartDaemonAsync(Role role, string root, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Tells a daemon to end (SIGTERM), or finds it ended, and returns when its process is gone.</summary>
    /// <inheritdoc cref="StartDaemonAsync"/>
    Task<DaemonState> StopDaemonAsync(Role role, string root, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Whether a daemon runs.</summary>
    Task<DaemonState> GetDaemonAsync(Role role, string root, CancellationToken cancellationToken);

    /// <summary>
    /// Moves paths aside, each move journaled first. Repeating it is harmless. A path that does not exist is recorded too:
    /// <see cref="PutBackAsync"/> then removes what came to lie there.
    /// </summary>
    Task<SetAsideResponse> SetAsideAsync(string journalId, string root, IEnumerable<string> paths, CancellationToken cancellationToken);

    /// <summary>Plays a journal back and ends it. A journal that does not exist is a success without moves.</summary>
    Task<JournalResponse> PutBackAsync(string journalId, string root, CancellationToken cancellationToken);

    /// <summary>Removes what was set aside and ends the journal. A journal that does not exist is a success without moves.</summary>
    Task<JournalResponse> DiscardAsync(string journalId, string root, CancellationToken cancellationToken);

    /// <summary>Journals that neither of the two has ended; without roots, those of all daemons of the agent's host.</summary>
    Task<ListJournalsResponse> ListJournalsAsync(IEnumerable<string> roots, CancellationToken cancellationToken);

    /// <summary>Removes the checkpoint directories that dropSnapshot of this backup left on the agent's host.</summary>
    Task<RemoveCheckpointsResponse> RemoveCheckpointsAsync(BackupName name, CancellationToken cancellationToken);
}
