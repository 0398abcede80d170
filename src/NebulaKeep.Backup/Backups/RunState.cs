using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Resuming;
using NebulaKeep.Backup.Sharing;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.Backup.Backups;

/// <summary>How far a run has come: what the clean-up after a failure must know. Written by the run, read after it.</summary>
sealed class RunState(BackupRequest request, DateTimeOffset started)
{
    public BackupRequest Request { get; } = request;

    /// <summary>Of the run that first claimed the name.</summary>
    public DateTimeOffset Started { get; set; } = started;

    /// <summary>Set when preflight is over.</summary>
    public ReadyCluster? Cluster { get; set; }

    /// <summary>createBackup was sent, so writes may be blocked and a checkpoint may exist.</summary>
    public bool MayBlock { get; set; }

    /// <summary>metad's answer as it came.</summary>
    public BackupMeta? Meta { get; set; }

    public ServerBackup? Server { get; set; }

    public BackupName? Name { get; set; }

    /// <summary>The hosts for the manifest; null: as metad answered.</summary>
    public IReadOnlyList<ManifestHost>? Hosts { get; set; }

    public TimeSpan Blocked { get; set; }

    /// <summary>What this run writes into its lease and claim.</summary>
    public LeaseHolder? Self { get; set; }

    /// <summary>The base of an incremental.</summary>
    public BaseBackup? Base { get; set; }

    /// <summary>The claim on the name, once it stands.</summary>
    public RunClaim? Claim { get; set; }

    /// <summary>What the store is known to hold already.</summary>
    public KnownFiles Known { get; set; } = new();

    /// <summary>Where what was sent is written down, once the name is claimed.</summary>
    public SentJournal? Journal { get; set; }

    /// <summary>After a failure checkpoint and objects stay for a resuming run.</summary>
    public bool Keep { get; set; }

    /// <summary>Everything below the name's directory is this run's.</summary>
    public bool OwnsDirectory { get; set; }

    public BackupManifest? Manifest { get; set; }

    public bool LeaseLost { get; set; }

    /// <summary>metad could not be told to drop the checkpoint.</summary>
    public bool CheckpointStays { get; set; }

    public List<string> Notices { get; } = [];

    public IReadOnlyList<string> Leftovers { get; set; } = [];

    /// <summary>Every space known from preflight or from metad's answer.</summary>
    public IReadOnlyCollection<int> SpaceIds => [.. (Cluster?.SpaceIds ?? []).Concat(Server?.Spaces.Select(s => s.Id) ?? []).Distinct()];
}
