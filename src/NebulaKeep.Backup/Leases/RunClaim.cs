using NebulaKeep.Backup.Manifests;

namespace NebulaKeep.Backup.Leases;

/// <summary>What a run writes under the name that it claims: who it is, what it may refer to, and what resuming it needs.</summary>
public sealed record RunClaim
{
    /// <summary>Program and version.</summary>
    public required string Program { get; init; }

    /// <summary>Host name.</summary>
    public required string Machine { get; init; }

    /// <summary>Process id.</summary>
    public required int Process { get; init; }

    /// <summary>When the holder began, by its clock.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The cluster that is being backed up.</summary>
    public required string ClusterKey { get; init; }

    /// <summary>What it makes.</summary>
    public BackupType Type { get; init; }

    /// <summary>As in the manifest; null for a full backup.</summary>
    public string? Mode { get; init; }

    /// <summary>As in the manifest; null for a full backup.</summary>
    public string? Base { get; init; }

    /// <summary>Backups that the run may refer to: none of them may be removed while the claim stands.</summary>
    public IReadOnlyList<string> Chain { get; init; } = [];

    /// <summary>When the run that was first to claim the name began; null in claims of older versions.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>The run was told to leave what <c>--resume</c> needs, so nobody but a person may give it up.</summary>
    public bool Resumable { get; init; }

    /// <summary>Upper bound of the time for which writes were blocked.</summary>
    public long BlockedMillis { get; init; }

    /// <summary>Who.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public LeaseHolder Holder => new(Program, Machine, Process, Since, ClusterKey);

    /// <summary>A claim by a holder, otherwise empty.</summary>
    public static RunClaim Of(LeaseHolder holder) => new()
    {
        Program = holder.Program,
        Machine = holder.Machine,
        Process = holder.Process,
        Since = holder.Since,
        ClusterKey = holder.ClusterKey,
    };

    /// <summary>The same claim in other hands.</summary>
    public RunClaim TakenOverBy(LeaseHolder holder) =>
        this with { Program = holder.Program, Machine = holder.Machine, Process = holder.Process, Since = holder.Since, ClusterKey = holder.ClusterKey };
}
