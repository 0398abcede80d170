using System.Text.Json.Nodes;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Restores.Pulls;

namespace NebulaKeep.Operator.Restores;

/// <summary>
/// All that a decision on a NebulaRestore is made of. What costs a request is null until a decision has asked for it
/// (<see cref="RestoreAction.Ask"/>); such answers live no longer than one reconciliation.
/// </summary>
sealed record RestoreFacts
{
    public required JsonObject Restore { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>NebulaRestores may make clusters in other namespaces, without consent there.</summary>
    public bool AllowCrossNamespace { get; init; }

    /// <summary>The deadline of restores that name none; zero for none.</summary>
    public TimeSpan DefaultDeadline { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The DNS domain of Kubernetes.</summary>
    public string Domain { get; init; } = "cluster.local";

    /// <summary>Names to choose from.</summary>
    public required string NewName { get; init; }

    /// <summary>The cluster that was backed up, if it is still there.</summary>
    public JsonObject? Source { get; init; }

    /// <summary>The cluster of the new name, whoever made it.</summary>
    public JsonObject? Target { get; init; }

    /// <summary>StatefulSets and pods of the new cluster.</summary>
    public IReadOnlyList<JsonObject> Sets { get; init; } = [];

    public IReadOnlyList<JsonObject> Pods { get; init; } = [];

    /// <summary>The plan that the new cluster's pods go by; null while there is none.</summary>
    public PullPlan? Plan { get; init; }

    /// <summary>Asked for: what is wrong with the Secrets; an empty reason for nothing.</summary>
    public (string Reason, string Message)? Secrets { get; init; }

    /// <summary>Asked for: the backup, of its files only metad's tables.</summary>
    public BackupContents? Backup { get; init; }

    /// <summary>Asked for: why there is none; an empty reason for nothing.</summary>
    public (string Reason, string Message)? BackupProblem { get; init; }

    /// <summary>Asked for: the metad that answered.</summary>
    public int? Greeted { get; init; }

    /// <summary>In this reconciliation the coming call of this metad was written down.</summary>
    public int? Announced { get; init; }

    /// <summary>In this reconciliation this metad has taken in its tables.</summary>
    public int? Restored { get; init; }

    /// <summary>Asked for: spaces without leaders; empty for none.</summary>
    public string? MissingLeaders { get; init; }

    /// <summary>Why the new cluster's daemons could not be asked.</summary>
    public (string Reason, string Message)? DaemonProblem { get; init; }
}

/// <summary>Something that a decision asks for.</summary>
enum RestoreFact
{
    Secrets,
    Backup,
    Leaders,
}
