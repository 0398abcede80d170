using System.Globalization;
using NebulaKeep.Backup.Catalog;
using NebulaKeep.Backup.Manifests;

namespace NebulaKeep.Br.Output;

/// <summary><c>br show --name</c> for people.</summary>
static class DetailsText
{
    public static IEnumerable<string> Lines(BackupDetails details, TimeZoneInfo zone) =>
        [.. About(details, zone), .. details.Manifest is { } manifest ? Contents(details, manifest) : []];

    static IEnumerable<string> About(BackupDetails details, TimeZoneInfo zone)
    {
        var entry = details.Entry;
        yield return Line("Name", entry.Name);
        yield return Line("State", CatalogWide.State(entry) + (entry.Pinned ? ", pinned" : ""));
        if (entry.Problem is { } problem) yield return Line("Problem", problem);
        if (entry.State is BackupState.Complete or BackupState.Foreign) yield return Line("Type", CatalogWide.Type(entry) + (entry.AllSpaces ? "" : ", selected spaces"));
        if (entry.Created is not null) yield return Line("Created", Cells.Time(entry.Created, zone));
        if (entry.Base is { } origin) yield return Line("Base", origin);
        if (entry.Chain.Count > 0) yield return Line("Chain", string.Join(", ", entry.Chain));
        if (details.UsedBy.Count > 0) yield return Line("Used by", string.Join(", ", details.UsedBy));
        if (details.Manifest is null && entry.Spaces.Count > 0) yield return Line("Spaces", string.Join(", ", entry.Spaces));
    }

    static IEnumerable<string> Contents(BackupDetails details, BackupManifest manifest)
    {
        yield return Line("Made by", manifest.CreatedBy);
        yield return Line("Took", Cells.Seconds(details.Entry.Seconds));
        yield return Line("Writes blocked", $"{Cells.Millis(details.Entry.WritesBlockedMillis)}{(manifest.WritesBlocked.MeasuredMillis is null ? " at most" : "")}");
        yield return Line("Cluster", $"{manifest.Cluster.Key}, metad {string.Join(", ", manifest.Cluster.Metads)}, NebulaGraph {manifest.Cluster.NebulaVersion ?? "of unknown version"}");
        yield return Line("Size", $"{Cells.Bytes(manifest.Totals.Bytes)} in {Cells.Number(manifest.Totals.Files)} files; its own: {Cells.Bytes(manifest.Totals.OwnBytes)} in {Cells.Number(manifest.Totals.OwnFiles)}");
        yield return "";
        foreach (var line in TextTable.Lines(["SPACE", "ID", "PARTITIONS", "REPLICAS", "VID TYPE"], [.. manifest.Spaces.Select(Space)])) yield return line;
        foreach (var line in TextTable.Lines(["STORAGED", "CHECKPOINTS", "LEADERS", "DATA PATHS"], [.. manifest.Hosts.Select(Host)])) yield return line;
        foreach (var line in TextTable.Lines(["BYTES LIE IN", "FILES", "BYTES"], [.. details.Places.Select(p => new[] { p.Directory, Cells.Number(p.Files), Cells.Bytes(p.Bytes) })])) yield return line;
    }

    static string[] Space(ManifestSpace space) => [space.Name, Cells.Number(space.Id), Cells.Number(space.Partitions), Cells.Number(space.ReplicaFactor), space.VidType];

    static string[] Host(ManifestHost host) =>
        [host.Address, Cells.Number(host.Checkpoints.Count), Cells.Number(host.Checkpoints.Sum(c => c.Leaders.Count)), string.Join(", ", host.DataPaths)];

    static string Line(string title, string text) => string.Create(CultureInfo.InvariantCulture, $"{title + ":",-16}{text}");
}
