namespace NebulaKeep.Core;

/// <summary>Messages that are put together from others.</summary>
public static class Sentence
{
    /// <summary>The text with an end, so that another sentence may follow it.</summary>
    public static string Of(string text) => text.Length > 0 && ".?!…".Contains(text[^1], StringComparison.Ordinal) ? text : text + ".";
}
