using System.Buffers;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Manifests;

/// <summary>
/// What must hold in a manifest, whoever wrote it: names that cannot leave the store's root, paths that cannot leave a
/// data path, sums that fit. Readers check everything before anything is done with it.
/// </summary>
public static class ManifestRules
{
    static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    const int MaxHosts = 10_000;
    const int MaxSpaces = 100_000;
    const int MaxChain = 10_000;

    /// <summary>Checks a whole manifest.</summary>
    /// <exception cref="ManifestException">It breaks a rule; the message says which.</exception>
    public static void Check(BackupManifest manifest, BackupName expected)
    {
        CheckHead(manifest, expected);
        var listed = manifest.Files?.Count ?? (manifest.Parts ?? []).Sum(p => Math.Max(0, p.Files));
        Require(listed == manifest.Totals.Files, expected, $"counts {manifest.Totals.Files} files and lists {listed}");
        Require(manifest.Files is null != manifest.Parts is null, expected, "must list its files either inline or in parts");
        foreach (var part in manifest.Parts ?? []) CheckPart(part, expected);
        if (manifest.Files is { } files) CheckFiles(manifest, files, expected);
    }

    /// <summary>Checks all but the list of files.</summary>
    /// <exception cref="ManifestException">It breaks a rule; the message says which.</exception>
    internal static void CheckHead(BackupManifest manifest, BackupName expected)
    {
        Require(manifest.Name == expected.Value, expected, $"is for '{Shown(manifest.Name)}'");
        CheckLineage(manifest, expected);
        CheckCluster(manifest, expected);
        CheckTotals(manifest, expected);
        Require(manifest.MetaFile is null or { Size: > 0 } && (manifest.MetaFile is null || IsHex(manifest.MetaFile.Sha256, 64)), expected, "has an impossible digest of its .meta");
    }

    /// <summary>Checks one file entry, inline or from a part.</summary>
    /// <exception cref="ManifestException">It breaks a rule; the message says which.</exception>
    public static void CheckFile(ManifestFile file, BackupName backup, IReadOnlyCollection<string> chain)
    {
        Require(IsFilePath(file.Path), backup, $"has the unsafe path '{Shown(file.Path)}'");
        Require(file.Size >= 0, backup, $"has a negative size for '{file.Path}'");
        Require(IsHex(file.Sha256, 64), backup, $"has no SHA-256 for '{file.Path}'");
        Require(IsHex(file.Crc32C, 8), backup, $"has no CRC-32C for '{file.Path}'");
        Require(file.In is null || chain.Contains(file.In), backup, $"takes '{file.Path}' from '{Shown(file.In)}', which is not in its chain");
        Require(file.At is null || IsFilePath(file.At), backup, $"has an unsafe place for '{file.Path}'");
        Require(file.Log is null || file.Log is { First: > 0 } && file.Log.Last >= file.Log.First, backup, $"has an impossible log for '{file.Path}'");
    }

    /// <summary>True for a clean relative path below <c>meta/</c> or <c>data/</c>.</summary>
    public static bool IsFilePath(string path) =>
        (path.StartsWith("meta/", StringComparison.Ordinal) || path.StartsWith("data/", StringComparison.Ordinal)) && IsCleanPath(path);

    /// <summary>True for an absolute path without empty, <c>.</c> or <c>..</c> segments or control characters.</summary>
    public static bool IsAbsolutePath(string path) => path.Length > 1 && path[0] == '/' && IsCleanPath(path[1..]);

    static void CheckLineage(BackupManifest manifest, BackupName backup)
    {
        Require(manifest.Chain.Count <= MaxChain, backup, "has an impossibly long chain");
        Require(manifest.Chain.All(name => BackupName.TryParse(name, out _) && name != manifest.Name), backup, "has something in its chain that is no other backup");
        Require(manifest.Chain.Distinct(StringComparer.Ordinal).Count() == manifest.Chain.Count, backup, "names a backup twice in its chain");
        if (manifest.Type == BackupType.Full) Require(manifest.Base is null && manifest.Chain.Count == 0 && manifest.Mode is null, backup, "is full and yet has a base");
        else Require(manifest.Base is not null && manifest.Chain.Contains(manifest.Base) && manifest.Mode is "share" or "wal", backup, "is incremental and has no usable base or mode");
    }

    static void CheckCluster(BackupManifest manifest, BackupName backup)
    {
        Require(manifest.Cluster.Metads.All(IsAddress) && manifest.Cluster.Metads.Count is > 0 and <= MaxHosts, backup, "has no usable metad addresses");
        Require(manifest.Spaces.Count <= MaxSpaces && manifest.Spaces.All(s => s is { Id: > 0, Name.Length: > 0, Partitions: > 0, ReplicaFactor: > 0 }), backup, "has an impossible space");
        Require(Unique(manifest.Spaces.Select(s => s.Id)), backup, "has a space id twice");
        Require(manifest.Hosts.Count <= MaxHosts && Unique(manifest.Hosts.Select(h => h.Address)), backup, "has a host twice");
        var spaces = manifest.Spaces.Select(s => s.Id).ToHashSet();
        foreach (var host in manifest.Hosts) CheckHost(host, spaces, backup);
    }

    static void CheckHost(ManifestHost host, HashSet<int> spaces, BackupName backup)
    {
        Require(IsAddress(host.Address), backup, $"has the impossible host '{Shown(host.Address)}'");
        Require(IsAbsolutePath(host.Root) && host.DataPaths.All(IsAbsolutePath), backup, $"has unsafe directories for {host.Address}");
        Require(Unique(host.DataPaths), backup, $"has a data path twice for {host.Address}");
        Require(Unique(host.Checkpoints.Select(c => (c.Space, c.Directory))), backup, $"has a checkpoint twice for {host.Address}");
        foreach (var checkpoint in host.Checkpoints)
        {
            Require(spaces.Contains(checkpoint.Space), backup, $"has a checkpoint of the unlisted space {checkpoint.Space}");
            Require(BackupLayout.TryDirectoryIndex(checkpoint.Directory, out _), backup, $"has the impossible directory '{Shown(checkpoint.Directory)}'");
            Require(host.DataPaths.Contains(checkpoint.DataPath), backup, $"has a checkpoint of {host.Address} outside its data paths");
        }
    }

    static void CheckTotals(BackupManifest manifest, BackupName backup)
    {
        var (files, bytes, ownFiles, ownBytes) = manifest.Totals;
        Require(ownFiles >= 0 && ownBytes >= 0 && ownFiles <= files && ownBytes <= bytes, backup, "has impossible totals");
    }

    static void CheckPart(ManifestPart part, BackupName backup)
    {
        var ok = part.Path.StartsWith("manifest/", StringComparison.Ordinal) && part.Path.EndsWith(".jsonl.gz", StringComparison.Ordinal) && IsCleanPath(part.Path);
        Require(ok && part.Size > 0 && part.Files > 0 && IsHex(part.Sha256, 64), backup, $"has the impossible part '{Shown(part.Path)}'");
    }

    static void CheckFiles(BackupManifest manifest, IReadOnlyList<ManifestFile> files, BackupName backup)
    {
        foreach (var file in files) CheckFile(file, backup, manifest.Chain);
        Require(Unique(files.Select(f => f.Path)), backup, "lists a path twice");
        Require(files.Sum(f => f.Size) == manifest.Totals.Bytes, backup, "has totals that are not the sum of its files");
    }

    static bool IsCleanPath(string path)
    {
        if (path.Contains('\\')) return false;
        try
        {
            ObjectKey.Validate(path);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    static bool IsAddress(string text) => HostAddress.TryParse(text, out _);

    static bool IsHex(string text, int length) => text.Length == length && !text.AsSpan().ContainsAnyExcept(HexDigits);

    static bool Unique<T>(IEnumerable<T> items)
    {
        var seen = new HashSet<T>();
        return items.All(seen.Add);
    }

    static string Shown(string? text) => text is null ? "" : new string(text.Take(80).Select(c => char.IsControl(c) ? '?' : c).ToArray());

    static void Require(bool holds, BackupName backup, string otherwise)
    {
        if (!holds) throw new ManifestException($"The manifest of {backup} {otherwise}: it is damaged or was not written by this program, and nothing of it is used.");
    }
}
