namespace NebulaKeep.Agent.Cli;

/// <summary>
/// Parses a command line as Go's flag package does, which upstream's agent uses: one or two dashes, <c>-name=value</c> or
/// <c>-name value</c>, booleans without value. The last of several equal flags counts.
/// </summary>
static class GoFlags
{
    /// <param name="arguments">What follows the program's name.</param>
    /// <param name="isBoolean">Null for a flag that does not exist.</param>
    /// <exception cref="UsageException">An unknown flag, a missing value, or something that is no flag.</exception>
    public static Dictionary<string, string> Parse(IReadOnlyList<string> arguments, Func<string, bool?> isBoolean)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = Split(arguments[i]);
            var boolean = isBoolean(name) ?? throw new UsageException($"there is no flag --{name}");
            flags[name] = value ?? (boolean ? "true" : ++i < arguments.Count ? arguments[i] : throw new UsageException($"--{name} needs a value"));
        }

        return flags;
    }

    static (string Name, string? Value) Split(string argument)
    {
        if (argument.Length < 2 || argument[0] != '-' || argument == "--") throw new UsageException($"'{argument}' is no flag; the agent takes nothing else");
        var flag = argument.StartsWith("--", StringComparison.Ordinal) ? argument[2..] : argument[1..];
        var equals = flag.IndexOf('=');
        return equals < 0 ? (flag, null) : (flag[..equals], flag[(equals + 1)..]);
    }
}
