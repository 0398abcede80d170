using System.Text.Json.Nodes;

namespace NebulaKeep.Operator.Backups;

/// <summary>
/// All that a decision on a NebulaBackup is made of. What costs a request and is seldom needed is null until a decision has asked for
/// it (<see cref="BackupAction.Ask"/>).
/// </summary>
sealed record BackupFacts
{
    public required JsonObject Backup { get; init; }

    public required DateTimeOffset Now { get; init; }

    public required BackupPolicy Policy { get; init; }

    /// <summary>The Job of the backup's name, whoever owns it.</summary>
    public JsonObject? Job { get; init; }

    /// <summary>Pods of that Job.</summary>
    public IReadOnlyList<JsonObject> Pods { get; init; } = [];

    /// <summary>The clean Job of the backup's name, whoever owns it.</summary>
    public JsonObject? CleanJob { get; init; }

    public IReadOnlyList<JsonObject> CleanPods { get; init; } = [];

    public JsonObject? Cluster { get; init; }

    /// <summary>The NebulaBackup that made <c>baseBackupName</c>, where one is known.</summary>
    public JsonObject? Base { get; init; }

    /// <summary>Nothing can be created here any more: the namespace is being deleted.</summary>
    public bool CannotCreate { get; init; }

    /// <summary>Asked for: what is wrong with the Secrets; an empty reason for nothing.</summary>
    public (string Reason, string Message)? Secrets { get; init; }

    /// <summary>Asked for: who holds the cluster.</summary>
    public LockState? Lock { get; init; }

    /// <summary>Asked for: the beginning of br's log; empty where it cannot be read.</summary>
    public string? Log { get; init; }

    /// <summary>Asked for: the end of br's log; empty where it cannot be read.</summary>
    public string? LogEnd { get; init; }
}

/// <summary>Something that a decision asks for.</summary>
enum BackupFact
{
    Secrets,
    Lock,
    Log,
    LogEnd,
}
