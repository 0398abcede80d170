using System.Text.Json;
using System.Text.Json.Serialization;
using NebulaKeep.Core;

namespace NebulaKeep.Backup.Restores.Pulls;

/// <summary>
/// What the hosts of a new cluster fetch before their daemons start for the first time. One document for all of them: decided once, so that
/// data, metad's tables and the hosts in them always fit together.
/// </summary>
public sealed record PullPlan
{
    /// <summary>The format that this version writes, and the newest that it reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>No plan is larger.</summary>
    public const int MaxBytes = 900 << 10;

    const int MostTries = 16;

    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        IndentCharacter = ' ',
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Format of this document; readers refuse a larger one than they know.</summary>
    public int FormatVersion { get; init; } = CurrentFormat;

    /// <summary>Identifies the restore: what another one left in a volume is not taken for its own.</summary>
    public required string Restore { get; init; }

    /// <summary>The backup's name.</summary>
    public required string Backup { get; init; }

    /// <summary>The restore is over: nothing is fetched any more, whatever a volume holds.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Files that each host fetches at the same time.</summary>
    public int Concurrency { get; init; } = 5;

    /// <summary>
    /// How often metad's tables are laid out. metad takes the files of restoreMeta away, so each call needs its own: a call whose
    /// answer was lost is made again with the next ones.
    /// </summary>
    public int MetaTries { get; init; } = 5;

    /// <summary>The storage host of the backup whose place each storaged takes, by its ordinal; as <c>host:port</c>, empty for none.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>Names of metad's tables, without directory.</summary>
    public required IReadOnlyList<string> MetaFiles { get; init; }

    /// <summary>What must have leaders in the end: names of the spaces and the number of their partitions.</summary>
    public required IReadOnlyDictionary<string, int> Partitions { get; init; }

    /// <summary>The document.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>Reads a document.</summary>
    /// <exception cref="NebulaKeepException">It is none, or of a newer format.</exception>
    public static PullPlan Parse(string json)
    {
        if (json.Length > MaxBytes) throw Wrong($"it has {json.Length} characters, at most {MaxBytes} are allowed");
        try
        {
            var plan = JsonSerializer.Deserialize<PullPlan>(json, Options) ?? throw Wrong("it is empty");
            if (plan.FormatVersion is < 1 or > CurrentFormat) throw Wrong($"it is of format {plan.FormatVersion}, this program knows formats up to {CurrentFormat}; use the agent of the operator's version");
            if (!BackupName.TryParse(plan.Backup, out _)) throw Wrong("it names no backup");
            if (plan.MetaTries is < 1 or > MostTries || plan.Concurrency < 1) throw Wrong("its numbers are out of range");
            return plan;
        }
        catch (JsonException e)
        {
            throw Wrong(e.Message, e);
        }
    }

    static NebulaKeepException Wrong(string how, Exception? inner = null) => new($"The plan of the restore cannot be used: {how}.", inner);
}
