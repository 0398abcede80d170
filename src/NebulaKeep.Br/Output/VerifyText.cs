using System.Globalization;
using NebulaKeep.Backup.Verification;
using NebulaKeep.Core;

namespace NebulaKeep.Br.Output;

/// <summary>A verification for people: the damage, how far it goes, and one sentence at the end.</summary>
static class VerifyText
{
    public static IEnumerable<string> Lines(VerifyReport report)
    {
        foreach (var finding in report.Findings) yield return Damage(finding);
        foreach (var note in report.Notes) yield return $"note: {note}";
        yield return report.IsWhole
            ? $"{report.Name} is whole: {Extent(report)}."
            : $"{report.Name} is DAMAGED: {Damaged(report)}. Restore another backup, or copy the objects back if they exist elsewhere.";
    }

    public static string Level(VerifyLevel level) => level.ToString().ToLowerInvariant();

    static string Damage(Finding finding)
    {
        var place = finding.Path is { } path ? $" (here {path})" : "";
        var users = finding.UsedBy.Count > 0 ? $"; also used by {string.Join(", ", finding.UsedBy)}" : "";
        return $"damaged: {finding.Key}{place}: {finding.Detail}{users}";
    }

    // What level deep finds is not always an object.
    static string Damaged(VerifyReport report)
    {
        var count = report.Findings.Count;
        return report.Deep is null ? $"{count} {(count == 1 ? "object" : "objects")} of {report.Objects}" : $"{count} {(count == 1 ? "thing" : "things")} in {report.Objects} objects";
    }

    static string Extent(VerifyReport report)
    {
        var all = string.Create(CultureInfo.InvariantCulture, $"{report.Objects} objects, {ByteSize.Format(report.Bytes)}");
        if (report.Level == VerifyLevel.Exists) return $"{all}, all there with their sizes; contents were not read (--level checksum does)";
        if (report.Deep is { } deep) return string.Create(CultureInfo.InvariantCulture, $"{all}, all read; {deep.Tables} tables, {deep.Databases} databases with {deep.Entries} entries and {deep.Logs} raft logs are sound, all {deep.Partitions} partitions are there");
        return report.ObjectsRead == report.Objects
            ? $"{all}, all read"
            : string.Create(CultureInfo.InvariantCulture, $"{all}, all there; {report.ObjectsRead} objects, {ByteSize.Format(report.BytesRead)}, read");
    }
}
