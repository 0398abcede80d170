using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Sharing;

/// <summary>
/// What the store is known to hold before a run sends anything: files of the base and its chain, and files that this run
/// sent before it was interrupted. Filled by one thread, then read by many.
/// </summary>
sealed class KnownFiles
{
    /// <summary>Digests that an agent is offered for one file at most; more files of the same size are rarely needed.</summary>
    const int MostOffered = 16;

    readonly Dictionary<string, ManifestFile> own = new(StringComparer.Ordinal);
    readonly Dictionary<string, ManifestFile> unchanged = new(StringComparer.Ordinal);
    readonly Dictionary<(long Size, string Sha256), ManifestFile> shared = [];
    readonly Dictionary<long, List<string>> bySize = [];

    /// <summary>How paths of the new backup are called in the base.</summary>
    public CheckpointMap Map { get; set; } = CheckpointMap.Identity;

    /// <summary>Nothing is known, so nothing need be offered.</summary>
    public bool IsEmpty => own.Count == 0 && shared.Count == 0;

    /// <summary>Adds a file that lies in this backup's directory already.</summary>
    public void AddOwn(ManifestFile file) => own[file.Path] = file;

    /// <summary>Adds a file of the base: its inode can prove that it is unchanged.</summary>
    public void AddBase(BackupName name, ManifestFile file)
    {
        unchanged[file.Path] = Held(name, file);
        AddShared(name, file);
    }

    /// <summary>Adds a file of another backup.</summary>
    public void AddShared(BackupName name, ManifestFile file)
    {
        if (!shared.TryAdd((file.Size, file.Sha256), Held(name, file))) return;
        if (!bySize.TryGetValue(file.Size, out var digests)) bySize[file.Size] = digests = [];
        if (digests.Count < MostOffered) digests.Add(file.Sha256);
    }

    /// <summary>What an agent should know of a file; null where the file must be sent anyway.</summary>
    public KnownOffer? Offer(string path, long size)
    {
        var same = own.GetValueOrDefault(path) ?? unchanged.GetValueOrDefault(Map.Map(path));
        if (same?.Size != size) same = null;
        var digests = bySize.GetValueOrDefault(size) ?? [];
        if (same is null) return digests.Count == 0 ? null : new KnownOffer(0, 0, digests);
        return new KnownOffer(same.Inode, same.MtimeNanos, [same.Sha256, .. digests.Where(d => d != same.Sha256)]);
    }

    /// <summary>The entry for a file that an agent kept: where its bytes are. Null where nothing with that digest is known.</summary>
    public ManifestFile? Find(string path, long size, string sha256)
    {
        if (own.TryGetValue(path, out var mine) && mine.Size == size && mine.Sha256 == sha256) return mine;
        if (!shared.TryGetValue((size, sha256), out var held)) return null;
        if (unchanged.TryGetValue(Map.Map(path), out var same) && same.Size == size && same.Sha256 == sha256) held = same;
        return held with { Path = path, At = held.At == path ? null : held.At };
    }

    static ManifestFile Held(BackupName name, ManifestFile file) => file with { In = file.In ?? name.Value, At = file.At ?? file.Path };
}

/// <summary>What an agent should know of one file.</summary>
/// <param name="Inode">Of the file with the first digest; 0: unknown.</param>
/// <param name="MtimeNanos">Of that file.</param>
/// <param name="Sha256">Digests in the store for this size.</param>
sealed record KnownOffer(ulong Inode, long MtimeNanos, IReadOnlyList<string> Sha256);
