using System.CommandLine.Parsing;
using NebulaKeep.Core;

namespace NebulaKeep.Br.Options;

/// <summary>Turns texts of flags into values; a wrong text is a usage error.</summary>
static class Parsers
{
    /// <summary>Addresses, repeated or separated by commas.</summary>
    public static IReadOnlyList<HostAddress> Addresses(ArgumentResult result) =>
        [.. result.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Select(t => Try(result, () => HostAddress.Parse(t)))];

    /// <summary>Names, repeated or separated by commas.</summary>
    public static IReadOnlyList<string> Names(ArgumentResult result) =>
        [.. result.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>One value by a parser that throws <see cref="FormatException"/> or <see cref="ArgumentException"/>.</summary>
    public static Func<ArgumentResult, T?> By<T>(Func<string, T> parse) => result => Try(result, () => parse(result.Tokens[^1].Value));

    static T? Try<T>(ArgumentResult result, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            result.AddError(e.Message);
            return default;
        }
    }
}
