using System.Text.RegularExpressions;
using NebulaKeep.RocksDb;

namespace NebulaKeep.Backup.Verification.Deep;

/// <summary>Which file RocksDB complains about, and its words without paths of the scratch folder.</summary>
/// <param name="Name">The file's name; null where RocksDB names none.</param>
/// <param name="Reason">Its reason.</param>
/// <param name="IsMissing">The file does not exist.</param>
sealed partial record DamagedFile(string? Name, string Reason, bool IsMissing)
{
    const int MatchTimeoutMilliseconds = 1000;
    static readonly string[] OfThisMachine = ["No space left", "Too many open files", "Cannot allocate memory", "Input/output error", "Permission denied"];

    /// <summary>Takes a failure apart.</summary>
    /// <param name="failure">What RocksDB said.</param>
    /// <param name="directory">The database in the scratch folder.</param>
    public static DamagedFile Of(RocksDbException failure, string directory)
    {
        var reason = failure.Message.Replace($"'{directory}'", "it", StringComparison.Ordinal).Replace($"{directory}/", "", StringComparison.Ordinal);
        // RocksDB looks for a missing table under its old extension last, and names that.
        var tables = Tables().Matches(reason).Select(m => $"{m.Groups["number"].Value}.sst").Distinct(StringComparer.Ordinal).ToList();
        return new DamagedFile(tables.Count == 1 ? tables[0] : null, reason, tables.Count == 1 && reason.Contains("No such file", StringComparison.Ordinal));
    }

    /// <summary>True for a failure that says nothing about the file: this machine lacks room, memory or file handles, or its disk fails.</summary>
    public static bool IsOfThisMachine(RocksDbException failure) =>
        OfThisMachine.Any(t => failure.Message.Contains(t, StringComparison.Ordinal));

    [GeneratedRegex(@"(?<number>\d{6,20})\.(sst|ldb)", RegexOptions.ExplicitCapture, MatchTimeoutMilliseconds)]
    private static partial Regex Tables();
}
