namespace NebulaKeep.DevCluster.Configuration;

/// <summary>
/// The syntax of gflags: <c>--name=value</c>, <c>-name=value</c>, <c>--name value</c>, <c>--name</c> and <c>--noname</c> for switches,
/// and <c>--flagfile</c>, whose file holds one flag a line, blank lines and lines that begin with <c>#</c> (spec/cluster-layout.md §1.1).
/// A later mention wins.
/// </summary>
sealed class FlagParser
{
    const int MaxNesting = 8;
    const int MaxLines = 10_000;
    readonly Func<string, string> readFile;
    readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    public FlagParser(Func<string, string> readFile) => this.readFile = readFile;

    public static Dictionary<string, string> Parse(IReadOnlyList<string> arguments, Func<string, string> readFile)
    {
        var parser = new FlagParser(readFile);
        parser.ReadArguments(arguments);
        return parser.values;
    }

    void ReadArguments(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = Split(arguments[i], "the command line");
            if (value is null && i + 1 < arguments.Count && !arguments[i + 1].StartsWith('-') && !IsSwitch(name))
                value = arguments[++i];
            Set(name, value, 0);
        }
    }

    void ReadFile(string path, int depth)
    {
        if (depth > MaxNesting) throw new FlagsException($"flag file '{path}': flag files name each other more than {MaxNesting} deep");
        var lines = Read(path).Split('\n');
        if (lines.Length > MaxLines) throw new FlagsException($"flag file '{path}' has more than {MaxLines} lines");
        foreach (var line in lines.Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
        {
            var (name, value) = Split(line, $"flag file '{path}'");
            Set(name, value, depth);
        }
    }

    string Read(string path)
    {
        try
        {
            return readFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FlagsException($"cannot read flag file '{path}': {e.Message}", e);
        }
    }

    void Set(string name, string? value, int depth)
    {
        if (string.Equals(name, "flagfile", StringComparison.Ordinal))
            ReadFile(value ?? throw new FlagsException("--flagfile needs a path"), depth + 1);
        else if (value is null && name.StartsWith("no", StringComparison.Ordinal) && IsSwitch(name[2..])) values[name[2..]] = "false";
        else values[name] = value ?? "true";
    }

    // gflags knows each flag's type; here the table of known switches has to do.
    static bool IsSwitch(string name) =>
        KnownFlags.Switches.Contains(name) || (name.StartsWith("no", StringComparison.Ordinal) && KnownFlags.Switches.Contains(name[2..]));

    static (string Name, string? Value) Split(string text, string where)
    {
        if (!text.StartsWith('-') || text.TrimStart('-').Length == 0)
            throw new FlagsException($"{where}: '{text}' is not a flag: write --name=value");
        var body = text.TrimStart('-');
        var equals = body.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (body, null) : (body[..equals], body[(equals + 1)..]);
    }
}
