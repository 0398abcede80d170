using NebulaKeep.Backup.Catalog;

namespace NebulaKeep.Br.Output;

/// <summary>The table of <c>br show --wide</c> and <c>--tree</c>: all that a catalog knows, a line a backup.</summary>
static class CatalogWide
{
    static readonly string[] Header = ["NAME", "STATE", "TYPE", "CREATED", "SPACES", "SIZE", "OWN", "SHARED", "TOOK", "BLOCKED", "PINNED", "BASE"];

    /// <summary>By name.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<CatalogEntry> entries, TimeZoneInfo zone) =>
        TextTable.Lines(Header, [.. entries.Select(e => Row(e, "", zone))]);

    /// <summary>Each backup below its base.</summary>
    public static IEnumerable<string> Tree(IReadOnlyList<CatalogEntry> entries, TimeZoneInfo zone) =>
        TextTable.Lines(Header, [.. CatalogTree.Of(entries).Select(line => Row(line.Entry, line.Branch, zone))]);

    static string[] Row(CatalogEntry e, string branch, TimeZoneInfo zone) =>
    [
        branch + e.Name,
        State(e),
        Type(e),
        Cells.Time(e.Created, zone),
        e.Spaces.Count == 0 ? "-" : string.Join(',', e.Spaces),
        Cells.Bytes(e.Totals?.Bytes),
        Cells.Bytes(e.Totals?.OwnBytes),
        Cells.Bytes(e.SharedBytes),
        Cells.Seconds(e.Seconds),
        Cells.Millis(e.WritesBlockedMillis),
        e.Pinned ? "yes" : "",
        e.Base ?? "",
    ];

    public static string State(CatalogEntry entry) => entry.State.ToString().ToLowerInvariant();

    public static string Type(CatalogEntry entry) => entry switch
    {
        { State: not (BackupState.Complete or BackupState.Foreign) } => "-",
        { IsFull: true } => "full",
        _ => entry.Mode is { } mode ? $"incr {mode}" : "incr",
    };
}
