using System.Globalization;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Manifests;

/// <summary>
/// Where things lie below a store's root: nebula-br's layout (spec/backup-flow.md §5.1) plus our manifest
/// (docs/formats/backup.md). Keys have no leading slash.
/// </summary>
public static class BackupLayout
{
    /// <summary>Our own folder at the root: leases and claims, never data.</summary>
    public const string OwnFolder = ".nebulakeep";

    /// <summary>The prefix of everything of one backup, with a trailing slash so that no sibling's name can match.</summary>
    public static string Prefix(BackupName name) => $"{name}/";

    /// <summary>The manifest.</summary>
    public static string Manifest(BackupName name) => $"{name}/manifest.json";

    /// <summary>BackupMeta in nebula-br's framing.</summary>
    public static string MetaFile(BackupName name) => $"{name}/{name}.meta";

    /// <summary>The folder of metad's exported tables, without trailing slash.</summary>
    public static string MetaFolder(BackupName name) => $"{name}/meta";

    /// <summary>The folder of one checkpoint, without trailing slash.</summary>
    public static string CheckpointFolder(BackupName name, HostAddress host, string directory, int space) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}/data/{host}/{directory}/{space}");

    /// <summary>The directory of the checkpoint at a position in metad's answer.</summary>
    public static string Directory(int index) => string.Create(CultureInfo.InvariantCulture, $"data{index}");

    /// <summary>The inverse of <see cref="Directory"/>.</summary>
    public static bool TryDirectoryIndex(string directory, out int index)
    {
        index = -1;
        return directory.StartsWith("data", StringComparison.Ordinal)
            && int.TryParse(directory.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out index)
            && Directory(index) == directory;
    }

    /// <summary>The claim on a name while a backup of it runs.</summary>
    public static string RunningClaim(BackupName name) => $"{OwnFolder}/running/{name}.json";

    /// <summary>The inverse of <see cref="RunningClaim"/>.</summary>
    public static bool TryParseRunningClaim(string key, out BackupName name)
    {
        name = default;
        var folder = RunningFolder(null);
        return key.StartsWith(folder, StringComparison.Ordinal) && key.EndsWith(".json", StringComparison.Ordinal)
            && BackupName.TryParse(key[folder.Length..^".json".Length], out name);
    }

    /// <summary>metad's answer to a run that has not ended.</summary>
    public static string RunningMeta(BackupName name) => $"{OwnFolder}/running/{name}.meta";

    /// <summary>The prefix, with trailing slash, of what a run has sent so far; null: of all runs' objects.</summary>
    public static string RunningFolder(BackupName? name) => name is null ? $"{OwnFolder}/running/" : $"{OwnFolder}/running/{name}/";

    /// <summary>The folder of the marks that keep backups from being pruned, without trailing slash.</summary>
    public const string PinFolder = $"{OwnFolder}/pinned";

    /// <summary>The mark that keeps a backup from being pruned.</summary>
    public static string Pin(BackupName name) => $"{PinFolder}/{name}.json";

    /// <summary>The folder of the marks of removals that have not ended, without trailing slash.</summary>
    public const string RemovalFolder = $"{OwnFolder}/removing";

    /// <summary>The mark of a backup that is being removed.</summary>
    public static string RemovalMark(BackupName name) => $"{RemovalFolder}/{name}.json";

    /// <summary>An object that is written only to see the store's clock, and removed at once.</summary>
    public const string ClockProbe = $"{OwnFolder}/clock";

    /// <summary>The folder of the leases of one cluster, without trailing slash.</summary>
    public static string LeaseFolder(string clusterKey) => $"{OwnFolder}/lock-{clusterKey}";

    /// <summary>Takes a data file's path apart; false for <c>meta/…</c> and anything that is not in the layout.</summary>
    public static bool TryParseDataPath(string path, out DataFilePath parts)
    {
        parts = default;
        var segments = path.Split('/', 5);
        if (segments is not ["data", var host, var directory, var space, var rest]) return false;
        if (!HostAddress.TryParse(host, out var address) || !TryDirectoryIndex(directory, out _)) return false;
        if (!int.TryParse(space, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return false;
        parts = new DataFilePath(address, directory, id, rest);
        return true;
    }
}

/// <summary>A data file's place: <c>data/&lt;host&gt;/&lt;directory&gt;/&lt;space&gt;/&lt;relative&gt;</c>.</summary>
/// <param name="Host">Storage host.</param>
/// <param name="Directory"><c>data&lt;i&gt;</c>.</param>
/// <param name="Space">Space id.</param>
/// <param name="Relative">Path below the checkpoint, for example <c>data/000009.sst</c> or <c>wal/3/0000000000000000001.wal</c>.</param>
public readonly record struct DataFilePath(HostAddress Host, string Directory, int Space, string Relative);
