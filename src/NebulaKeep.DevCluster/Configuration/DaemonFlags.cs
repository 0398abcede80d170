using System.Globalization;
using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Configuration;

/// <summary>
/// The flags of one daemon, from NebulaGraph's own flag files and command lines (spec/cluster-layout.md §1, §7).
/// Flags that these daemons do not know are kept (<c>/flags</c> shows them) and listed in <see cref="Unknown"/>.
/// </summary>
public sealed class DaemonFlags
{
    readonly Lock gate = new();
    readonly Dictionary<string, string> values;

    DaemonFlags(Dictionary<string, string> values) => this.values = values;

    /// <summary>Reads the arguments after the program's name; flag files are read from disk.</summary>
    /// <exception cref="FlagsException">An argument is not a flag, or a file cannot be read.</exception>
    public static DaemonFlags Parse(IReadOnlyList<string> arguments) => Parse(arguments, File.ReadAllText);

    /// <summary>As <see cref="Parse(IReadOnlyList{string})"/>, with the reader of flag files passed in.</summary>
    public static DaemonFlags Parse(IReadOnlyList<string> arguments, Func<string, string> readFile) => new(FlagParser.Parse(arguments, readFile));

    /// <summary>Flags given as pairs, for daemons inside a test.</summary>
    public static DaemonFlags Of(params (string Name, string Value)[] flags) =>
        new(flags.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal));

    /// <summary>All flags that were given, by name.</summary>
    public IReadOnlyDictionary<string, string> All
    {
        get
        {
            lock (gate) return new SortedDictionary<string, string>(values, StringComparer.Ordinal);
        }
    }

    /// <summary>Flags that were given and that no daemon here acts on.</summary>
    public IReadOnlyList<string> Unknown => [.. All.Keys.Where(name => !KnownFlags.Contains(name))];

    /// <summary>The value, or null when the flag was not given.</summary>
    public string? Get(string name)
    {
        lock (gate) return values.GetValueOrDefault(name);
    }

    /// <summary>The value as text.</summary>
    public string Text(string name, string fallback) => Get(name) ?? fallback;

    /// <summary>The value as a number.</summary>
    /// <exception cref="FlagsException">It is none, or below <paramref name="atLeast"/>.</exception>
    public long Number(string name, long fallback, long atLeast = 0)
    {
        if (Get(name) is not { } text) return fallback;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= atLeast) return number;
        throw new FlagsException($"--{name}={text}: a whole number of at least {atLeast} is expected");
    }

    /// <summary>The value as a port; 0 asks the system for a free one.</summary>
    /// <exception cref="FlagsException">It is no port.</exception>
    public int Port(string name, int fallback) =>
        Number(name, fallback) is <= 65535 and var port ? (int)port : throw new FlagsException($"--{name}={Get(name)}: a port from 0 to 65535 is expected");

    /// <summary>The value as a duration given in seconds.</summary>
    public TimeSpan Seconds(string name, int fallback) => TimeSpan.FromSeconds(Math.Min(Number(name, fallback), int.MaxValue));

    /// <summary>The value as a switch, in gflags' spellings.</summary>
    /// <exception cref="FlagsException">It is neither true nor false.</exception>
    public bool Switch(string name, bool fallback) => Get(name)?.ToLowerInvariant() switch
    {
        null => fallback,
        "true" or "1" or "t" or "yes" or "y" => true,
        "false" or "0" or "f" or "no" or "n" => false,
        var text => throw new FlagsException($"--{name}={text}: true or false is expected"),
    };

    /// <summary>The value as a comma-separated list of paths, made absolute against <paramref name="directory"/>.</summary>
    public IReadOnlyList<string> Paths(string name, string fallback, string directory) =>
        [.. Text(name, fallback).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(path => Path.GetFullPath(path, directory))];

    /// <summary>The value as a comma-separated list of addresses.</summary>
    /// <exception cref="FlagsException">An entry is not host:port.</exception>
    public IReadOnlyList<HostAddress> Addresses(string name)
    {
        var entries = Text(name, "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. entries.Select(e => HostAddress.TryParse(e, out var address) ? address : throw new FlagsException($"--{name}: '{e}' is not host:port"))];
    }

    /// <summary>Changes a flag of a running daemon, as PUT /flags does.</summary>
    public void Set(string name, string value)
    {
        lock (gate) values[name] = value;
    }
}
