using NebulaKeep.Backup.Catalog;

namespace NebulaKeep.Br.Output;

/// <summary>The table of <c>br show</c>: columns as nebula-br prints them, and br-ent's BASE BACKUP NAME (observed).</summary>
static class CatalogTable
{
    static readonly string[] Header = ["NAME", "CREATE TIME", "SPACES", "FULL BACKUP", "ALL SPACES", "BASE BACKUP NAME"];

    /// <summary>The lines of the table. What remains of removed backups is none of its business.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<CatalogEntry> entries, TimeZoneInfo zone) =>
        TextTable.Lines(Header, [.. entries.Where(e => e.State != BackupState.Remains).Select(e => Row(e, zone))]);

    static string[] Row(CatalogEntry entry, TimeZoneInfo zone) => entry.State switch
    {
        BackupState.Complete or BackupState.Foreign =>
            [entry.Name, Cells.Time(entry.Created, zone), string.Join(',', entry.Spaces), Bool(entry.IsFull), Bool(entry.AllSpaces), entry.Base ?? ""],
        BackupState.Running => [entry.Name, "backup is running", "N/A", "N/A", "N/A", "N/A"],
        _ => [entry.Name, "backup is broken", "N/A", "N/A", "N/A", "N/A"],
    };

    static string Bool(bool value) => value ? "true" : "false";
}
