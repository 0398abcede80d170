using System.Text.Json;
using System.Text.Json.Serialization;

namespace NebulaKeep.Agent.Journals;

/// <summary>What a line of a journal says.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JournalAction>))]
enum JournalAction
{
    /// <summary><c>From</c> is about to be renamed to <c>To</c>.</summary>
    Move,

    /// <summary>Nothing lay at <c>From</c>.</summary>
    Absent,

    /// <summary>From here on the journal may only be played back.</summary>
    PutBack,

    /// <summary>From here on the old data may only be removed.</summary>
    Discard,
}

/// <summary>One line of a journal, as JSON.</summary>
sealed record JournalEntry(JournalAction Action, string? From = null, string? To = null)
{
    static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string ToLine() => JsonSerializer.Serialize(this, Options);

    /// <summary>Null where the line is no entry.</summary>
    public static JournalEntry? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<JournalEntry>(line, Options) is { } entry && entry.IsComplete ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    bool IsComplete => Action switch
    {
        JournalAction.Move => From is not null && To is not null,
        JournalAction.Absent => From is not null,
        _ => true,
    };
}
