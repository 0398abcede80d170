using System.Globalization;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.Backup.Manifests;

/// <summary>BackupMeta, as it came over the wire or out of a .meta file, in this project's words (spec/backup-flow.md §6).</summary>
public static class ServerBackupReader
{
    /// <summary>Translates and checks: everything in it becomes a path or a key later.</summary>
    /// <exception cref="ManifestException">A name, path or number in it cannot be used.</exception>
    public static ServerBackup Read(BackupMeta meta)
    {
        if (!BackupName.TryParse(meta.BackupName, out var name)) throw new ManifestException($"metad's answer holds no backup name ('{Shown(meta.BackupName)}').");
        return new ServerBackup
        {
            Name = name,
            Created = Time(meta, name),
            IsFull = meta.Full,
            AllSpaces = meta.AllSpaces,
            Base = meta.BaseBackupName.Length == 0 ? null : meta.BaseBackupName,
            ClusterId = meta.ClusterId,
            MetaFiles = [.. meta.MetaFiles.Select(f => MetaFile(f, name))],
            Spaces = [.. meta.SpaceBackups.OrderBy(s => s.Key).Select(s => Space(s.Key, s.Value.Space))],
            Checkpoints = [.. meta.SpaceBackups.OrderBy(s => s.Key).SelectMany(s => s.Value.HostBackups.SelectMany(h => Checkpoints(s.Key, h, name)))],
        };
    }

    /// <summary>For example <c>FIXED_STRING(32)</c>, <c>INT64</c>.</summary>
    public static string VidType(ColumnTypeDef type) =>
        type.Type == PropertyType.FIXED_STRING ? string.Create(CultureInfo.InvariantCulture, $"FIXED_STRING({type.TypeLength ?? 8})") : type.Type.ToString();

    static ManifestSpace Space(int id, SpaceDesc space) =>
        new(id, space.SpaceName, space.PartitionNum, space.ReplicaFactor, VidType(space.VidType), [.. space.ZoneNames]);

    static IEnumerable<ServerCheckpoint> Checkpoints(int space, HostBackupInfo host, BackupName name) =>
        host.Checkpoints.Select((checkpoint, index) => new ServerCheckpoint(
            Address(host.Host, name),
            space,
            index,
            AbsolutePath(checkpoint.DataPath, name),
            [.. checkpoint.Parts.OrderBy(p => p.Key).Select(p => new ManifestLeader(p.Key, p.Value.LogId, p.Value.TermId))],
            name));

    static HostAddress Address(HostAddr host, BackupName name) =>
        HostAddress.TryParse(new HostAddress(host.Host, host.Port).ToString(), out var address)
            ? address
            : throw new ManifestException($"{name} names the impossible host '{Shown(host.Host)}'.");

    static string AbsolutePath(string path, BackupName name) =>
        ManifestRules.IsAbsolutePath(path) ? path : throw new ManifestException($"{name} names the unsafe directory '{Shown(path)}'.");

    static string MetaFile(string path, BackupName name) =>
        ManifestRules.IsFilePath($"meta/{path.Split('/')[^1]}") && (!path.Contains('/') || ManifestRules.IsAbsolutePath(path))
            ? path
            : throw new ManifestException($"{name} names the unsafe table file '{Shown(path)}'.");

    static DateTimeOffset Time(BackupMeta meta, BackupName name)
    {
        try
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(meta.CreateTime);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new ManifestException($"{name} has the impossible creation time {meta.CreateTime}.", e);
        }
    }

    static string Shown(string text) => new([.. text.Take(80).Select(c => char.IsControl(c) ? '?' : c)]);
}
