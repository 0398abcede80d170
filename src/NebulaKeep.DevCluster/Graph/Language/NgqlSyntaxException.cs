using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Graph.Language;

/// <summary>A statement that the parser does not understand; the message is what graphd sends (spec/graph-service.md §6).</summary>
public sealed class NgqlSyntaxException : NebulaKeepException
{
    const int ShownCharacters = 80;

    NgqlSyntaxException(string message) : base(message) { }

    /// <summary>The failure at a place in the text.</summary>
    internal static NgqlSyntaxException Near(string text, int position)
    {
        var rest = text.AsSpan(Math.Min(position, text.Length));
        return new($"SyntaxError: syntax error near `{rest[..Math.Min(rest.Length, ShownCharacters)]}'");
    }

    /// <summary>A failure with a reason of its own.</summary>
    internal static NgqlSyntaxException Because(string reason) => new("SyntaxError: " + reason);
}
