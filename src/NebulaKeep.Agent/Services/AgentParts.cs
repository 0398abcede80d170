using NebulaKeep.Agent.Daemons;
using NebulaKeep.Agent.Guard;
using NebulaKeep.Agent.Journals;
using NebulaKeep.Agent.Transfer;

namespace NebulaKeep.Agent.Services;

/// <summary>The parts that both services work with.</summary>
/// <param name="DaemonStarted">Called after a daemon was started, so that the agent registers with it soon.</param>
sealed record AgentParts(
    AgentSelf Self,
    DirectoryGuard Guard,
    StoreOpener Stores,
    Uploader Uploader,
    Downloader Downloader,
    DaemonControl Daemons,
    JournalStore Journals,
    Checkpoints Checkpoints,
    Action DaemonStarted);
