using NebulaKeep.Rpc;

namespace NebulaKeep.Agent.Guard;

/// <summary>What a path from a caller must look like before anything is compared or opened.</summary>
static class PathRules
{
    const int MaxLength = 4000; // PATH_MAX is 4096; room for the names that a restore appends

    /// <summary>Absolute, without <c>.</c>, <c>..</c>, doubled slashes or control characters; a slash at the end is dropped.</summary>
    /// <exception cref="AgentFailureException">The path breaks a rule.</exception>
    public static string Normalize(string path)
    {
        if (path.Length is 0 or > MaxLength) throw Invalid(path, "it is empty or too long");
        if (path[0] != '/') throw Invalid(path, "it is not absolute");
        if (path.Any(char.IsControl)) throw Invalid(path, "it holds a control character");
        var plain = path.Length > 1 && path[^1] == '/' ? path[..^1] : path;
        if (plain.Length > 1 && plain[1..].Split('/').Any(name => name is "" or "." or "..")) throw Invalid(path, "it holds an empty name, '.' or '..'");
        return plain;
    }

    /// <summary>Compares whole names: <c>/data2</c> is not below <c>/data</c>. Nothing is below <c>/</c>: that would be everything.</summary>
    public static bool IsInOrBelow(string path, string directory) =>
        directory.Length > 1 && path.StartsWith(directory, StringComparison.Ordinal) && (path.Length == directory.Length || path[directory.Length] == '/');

    /// <summary>A path inside a directory as a caller names it, or as a listing found it.</summary>
    /// <exception cref="AgentFailureException">It leads out of the directory.</exception>
    public static string Below(string directory, string relative) =>
        relative.StartsWith('/') ? throw Invalid(relative, "it must be relative here") : Normalize($"{directory}/{relative}");

    static AgentFailureException Invalid(string path, string why) =>
        new(GrpcStatusCode.PermissionDenied, $"the path '{new string([.. path.Take(200).Select(c => char.IsControl(c) ? '?' : c)])}' is refused: {why}");
}
