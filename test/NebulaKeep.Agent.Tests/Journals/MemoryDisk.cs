using NebulaKeep.Agent.Journals;

namespace NebulaKeep.Agent.Tests.Journals;

/// <summary>The machine went down at a step.</summary>
sealed class CrashException : Exception;

/// <summary>
/// A disk in memory that can crash at any step: before it, after it, in the middle of a removal, or with half a line of a
/// journal written. It watches that nothing is removed that no journal names.
/// </summary>
sealed class MemoryDisk : IMoveDisk
{
    readonly SortedDictionary<string, string> files = new(StringComparer.Ordinal);
    int stepsLeft = int.MaxValue;

    public IReadOnlyDictionary<string, string> Files => files;

    /// <summary>Called after every step with what is on the disk then.</summary>
    public Action? Watch { get; set; }

    /// <summary>The next crash comes after so many steps.</summary>
    public void CrashAfter(int steps) => stepsLeft = steps;

    public void NeverCrash() => stepsLeft = int.MaxValue;

    public void Write(string path, string content) => files[path] = content;

    public bool Exists(string path) => Below(path).Count > 0;

    public void Append(string journal, string line)
    {
        var text = files.GetValueOrDefault(journal, "");
        var finished = text[..(text.LastIndexOf('\n') + 1)];
        Step(() => files[journal] = finished + line[..(line.Length / 2)]);
        Step(() => files[journal] = finished + line + "\n");
    }

    public IReadOnlyList<string> Read(string journal)
    {
        var text = files.GetValueOrDefault(journal, "");
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public void Rename(string from, string to)
    {
        Demand(Below(from).Count > 0, $"{from} is renamed and does not exist");
        Demand(Below(to).Count == 0, $"{to} would be replaced");
        Step(() =>
        {
            foreach (var path in Below(from))
            {
                files[to + path[from.Length..]] = files[path];
                files.Remove(path);
            }
        });
    }

    public void Remove(string path)
    {
        var named = files.Where(file => file.Key.EndsWith(".journal", StringComparison.Ordinal)).SelectMany(journal => Read(journal.Key)).ToList();
        var ending = path.EndsWith(".journal", StringComparison.Ordinal);
        Demand(ending || named.Exists(line => line.Contains($"\"{path}\"", StringComparison.Ordinal)), $"{path} is removed and no journal names it");
        foreach (var file in Below(path)) Step(() => files.Remove(file));
    }

    List<string> Below(string path) => [.. files.Keys.Where(file => file == path || file.StartsWith(path + "/", StringComparison.Ordinal))];

    /// <summary>Not Shouldly's: a property asks a million times.</summary>
    static void Demand(bool holds, string message)
    {
        if (!holds) throw new InvalidOperationException(message);
    }

    void Step(Action action)
    {
        if (stepsLeft-- <= 0) throw new CrashException();
        action();
        Watch?.Invoke();
    }
}
