using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Backups;

/// <summary>
/// What br says of its run: our br's JSON lines, in its termination message or its log; or upstream's log, in which a backup's name is
/// found as upstream's operator finds it (spec/operator-backup.md §3.4), but never a base taken for the new one.
/// </summary>
sealed partial record BrReport
{
    const int MostMessage = 1000;

    public static readonly BrReport Empty = new();

    /// <summary>The backup's name.</summary>
    public string? Name { get; init; }

    /// <summary>Why it failed, in br's words.</summary>
    public string? Failure { get; init; }

    /// <summary>A clean-up found nothing to remove.</summary>
    public bool NothingToClean { get; init; }

    public long? Files { get; init; }

    public long? TotalFiles { get; init; }

    public long? Bytes { get; init; }

    public long? TotalBytes { get; init; }

    public long? WriteBlockedMilliseconds { get; init; }

    /// <summary>Reads any part of what br printed; a line that is cut is passed over.</summary>
    /// <param name="text">The log, its end, or the termination message.</param>
    /// <param name="baseName">The backup that the new one builds on.</param>
    public static BrReport Read(string? text, string? baseName)
    {
        var report = Empty;
        foreach (var line in (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            report = Parse(line) is { } json && json.Text("event") is { } happened ? report.With(happened, json) : report.WithPlain(line, baseName);
        return report;
    }

    BrReport With(string happened, JsonObject json) => happened switch
    {
        "named" => this with { Name = NameOf(json) ?? Name },
        "progress" => this with { Files = json.Number("filesDone"), TotalFiles = json.Number("filesTotal"), Bytes = json.Number("bytesDone"), TotalBytes = json.Number("bytesTotal") },
        "complete" => this with
        {
            Name = NameOf(json) ?? Name,
            Files = json.Number("files"),
            TotalFiles = json.Number("files"),
            Bytes = json.Number("bytes"),
            TotalBytes = json.Number("bytes"),
            WriteBlockedMilliseconds = json.Number("writesBlockedMillis"),
        },
        "failed" => this with { Name = NameOf(json) ?? Name, Failure = Cut(json.Text("message")), NothingToClean = json.Text("reason") == "NothingToClean" },
        _ => this,
    };

    /// <summary>Lines that begin with + are a shell's trace of a command, where a name may be anybody's.</summary>
    BrReport WithPlain(string line, string? baseName)
    {
        var name = Name is not null || line.StartsWith('+') ? Name
            : NamePattern().Matches(line).Select(match => match.Value).LastOrDefault(found => found != baseName && BackupName.TryParse(found, out _));
        const string Error = "Error: ";
        return this with { Name = name, Failure = line.StartsWith(Error, StringComparison.Ordinal) ? Cut(line[Error.Length..]) : Failure };
    }

    static JsonObject? Parse(string line)
    {
        if (!line.StartsWith('{')) return null;
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;     // cut off by a limit, or not JSON: read as plain text
        }
    }

    static string? NameOf(JsonObject json) => json.Text("name") is { } text && BackupName.TryParse(text, out _) ? text : null;

    static string? Cut(string? message) => message?.Length > MostMessage ? message[..MostMessage] + "…" : message;

    [GeneratedRegex(@"BACKUP(_\d+){6}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
