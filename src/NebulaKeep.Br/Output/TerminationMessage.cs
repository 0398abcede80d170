using System.Text;
using System.Text.Json.Nodes;

namespace NebulaKeep.Br.Output;

/// <summary>
/// Leaves a command's result in a file, where the kubelet picks it up and shows it in the pod's status: it is still there when the log
/// is gone. The environment variable <see cref="Variable"/> names the file; without it nothing is written.
/// </summary>
static class TerminationMessage
{
    public const string Variable = "BR_TERMINATION_MESSAGE_PATH";

    /// <summary>The kubelet takes 4096 bytes, and cuts anywhere.</summary>
    const int MostBytes = 4096;
    const int MostMessage = 2000;

    /// <summary>Writes a result; returns what went wrong, or null. A backup is no worse for a message that is lost.</summary>
    public static string? Write(BrHost host, string json)
    {
        if (host.Environment(Variable) is not { Length: > 0 } path) return null;
        try
        {
            File.WriteAllText(path, Fit(json));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The result cannot be written to '{path}' ({Variable}): {e.Message}";
        }
    }

    /// <summary>The document itself, or without its lists and with a shorter message where it is too long to arrive whole.</summary>
    internal static string Fit(string json)
    {
        if (Encoding.UTF8.GetByteCount(json) <= MostBytes || JsonNode.Parse(json) is not JsonObject document) return json;
        foreach (var (name, value) in document.ToList())
        {
            if (value is JsonArray) document.Remove(name);
            // Cut by bytes: a character of a name can have four.
            else if (name == "message" && value!.GetValue<string>() is { Length: > 0 } text) document[name] = Cut(text);
        }
        return JsonLine.Of(document.WriteFieldsTo);
    }

    static string Cut(string text)
    {
        var bytes = 0;
        var runes = text.EnumerateRunes().TakeWhile(rune => (bytes += rune.Utf8SequenceLength) <= MostMessage);
        return string.Concat(runes.Select(rune => rune.ToString())) + " …";
    }
}
