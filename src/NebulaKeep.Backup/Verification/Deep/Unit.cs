using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Restores;

namespace NebulaKeep.Backup.Verification.Deep;

/// <summary>Files that are downloaded and looked at together: metad's tables, or one checkpoint.</summary>
/// <param name="Place">The checkpoint; null: the tables.</param>
/// <param name="Files">Its files by their path below <c>meta/</c> or the checkpoint's folder.</param>
sealed record Unit(EnginePlace? Place, IReadOnlyDictionary<string, SourceFile> Files)
{
    const string Tables = "meta/";

    /// <summary>Bytes of all files.</summary>
    public long Bytes => Files.Values.Sum(f => f.Size);

    /// <summary>The tables, then the checkpoints space by space.</summary>
    public static IReadOnlyList<Unit> Of(BackupContents backup)
    {
        var byEngine = backup.Files.Select(f => (File: f, IsData: BackupLayout.TryParseDataPath(f.Path, out var path), Path: path))
            .Where(f => f.IsData).ToLookup(f => (Host: f.Path.Host.ToString(), f.Path.Directory, f.Path.Space), f => (f.Path.Relative, f.File));
        var engines = from host in backup.Hosts
            from checkpoint in host.Checkpoints
            orderby checkpoint.Space, host.Address, checkpoint.Directory
            let place = new EnginePlace(host.Address, checkpoint.Directory, checkpoint.Space, checkpoint.DataPath)
            select new Unit(place, byEngine[(place.Host, place.Directory, place.Space)].ToDictionary(f => f.Relative, f => f.File, StringComparer.Ordinal));
        return [new Unit(null, backup.MetaFiles.ToDictionary(f => f.Path[Tables.Length..], StringComparer.Ordinal)), .. engines];
    }
}

/// <summary>Where a checkpoint comes from.</summary>
/// <param name="Host">The storaged.</param>
/// <param name="Directory">Its directory in the backup, <c>data&lt;i&gt;</c>.</param>
/// <param name="Space">Space id.</param>
/// <param name="DataPath">The data path on the host.</param>
sealed record EnginePlace(string Host, string Directory, int Space, string DataPath)
{
    /// <summary>Its folder below the backup's directory.</summary>
    public string Folder => $"data/{Host}/{Directory}/{Space}";

    public override string ToString() => $"space {Space} on {Host} ({DataPath})";
}
