using NebulaKeep.Agent.Files;
using NebulaKeep.Agent.Journals;
using NebulaKeep.Rpc;

namespace NebulaKeep.Agent.Guard;

/// <summary>
/// Decides which paths a caller may name: whatever br sends, the agent touches only data directories and a few names in
/// daemons' roots, and nothing through a symbolic link. The checks give early, clear answers; <see cref="Hold"/> keeps what they
/// say true while a path is used, also against whoever swaps a directory for a link in between.
/// </summary>
sealed class DirectoryGuard(IAllowedDirectories allowed)
{
    /// <summary>The only thing besides its journals that a restore moves in a root (spec/restore-flow.md A.2).</summary>
    const string ClusterId = "cluster.id";

    /// <summary>
    /// A restore marks a root as good by setting aside a name that never exists: the journal of that is the mark.
    /// </summary>
    const string MarkPrefix = "restore-", MarkSuffix = "-committed";

    /// <summary>A path in or below a data directory.</summary>
    /// <returns>The path without a slash at its end.</returns>
    /// <exception cref="AgentFailureException">Permission denied: the path is not one of them.</exception>
    public string Data(string path)
    {
        var plain = PathRules.Normalize(path);
        var directory = BaseOf(plain, allowed.Data) ?? throw Refused(plain, allowed.Data);
        if (allowed.Roots.Any(root => IsJournal(root, plain))) throw Denied($"'{plain}' is refused: the agent keeps its journals there");
        return CheckLinks(directory, plain);
    }

    /// <summary>As <see cref="Data"/>, but no data directory or root and nothing that holds one: what may be moved or removed.</summary>
    public string BelowData(string path)
    {
        var plain = Data(path);
        return allowed.Data.Concat(allowed.Roots).FirstOrDefault(directory => PathRules.IsInOrBelow(directory, plain)) is { } held
            ? throw Denied($"'{plain}' is or holds the directory {held} of a daemon; only what lies in that may be moved or removed")
            : plain;
    }

    /// <summary>Holds what a path means while it is used. Call it right before, whatever was checked earlier.</summary>
    /// <returns>Null where a directory on the way does not exist.</returns>
    /// <exception cref="AgentFailureException">Permission denied: the path is outside, or a link is on the way.</exception>
    public HeldPath? Hold(string path)
    {
        var plain = PathRules.Normalize(path);
        var directory = BaseOf(plain, allowed.Data) ?? allowed.Roots.FirstOrDefault(root => IsClusterId(root, plain) || IsMark(root, plain) || IsJournal(root, plain));
        return HeldPath.Open(directory ?? throw Refused(plain, allowed.Data), plain);
    }

    /// <summary>True for a data directory itself.</summary>
    public bool IsDataDirectory(string path) => allowed.Data.Contains(path, StringComparer.Ordinal);

    /// <summary>What a restore may set aside: anything below a data directory, or the cluster id or a restore's mark in a root.</summary>
    public string Movable(string path)
    {
        var plain = PathRules.Normalize(path);
        return allowed.Roots.Any(root => IsClusterId(root, plain) || IsMark(root, plain)) ? CheckLinks(Path.GetDirectoryName(plain)!, plain) : BelowData(plain);
    }

    /// <summary>What may be looked at: a data directory or anything below it, or the cluster id in a root.</summary>
    public string Readable(string path)
    {
        var plain = PathRules.Normalize(path);
        return allowed.Roots.Any(root => IsClusterId(root, plain)) ? Movable(plain) : Data(plain);
    }

    /// <summary>The root of a daemon of this host.</summary>
    public string Root(string path)
    {
        var plain = PathRules.Normalize(path);
        return allowed.Roots.Contains(plain, StringComparer.Ordinal) ? plain : throw Refused(plain, allowed.Roots);
    }

    /// <summary>A folder for a local store.</summary>
    public string Store(string path)
    {
        var plain = PathRules.Normalize(path);
        if (BaseOf(plain, allowed.StoreRoots) is { } root) return CheckLinks(root, plain);
        throw Denied($"the local store '{plain}' is not below a store root of this agent; start it with --store_roots");
    }

    /// <summary>The longest of the store roots that holds the path, or null.</summary>
    public string? StoreRootOf(string path) => BaseOf(PathRules.Normalize(path), allowed.StoreRoots);

    static bool IsClusterId(string root, string path) =>
        path == $"{root}/{ClusterId}" || path.StartsWith($"{root}/{ClusterId}_old_", StringComparison.Ordinal) && !path[(root.Length + 1)..].Contains('/');

    static bool IsJournal(string root, string path) => PathRules.IsInOrBelow(path, $"{root}/{Journal.Folder}");

    static bool IsMark(string root, string path) =>
        path.StartsWith($"{root}/{MarkPrefix}", StringComparison.Ordinal) && path.EndsWith(MarkSuffix, StringComparison.Ordinal) && !path[(root.Length + 1)..].Contains('/');

    static string? BaseOf(string path, IEnumerable<string> directories) =>
        directories.Where(directory => PathRules.IsInOrBelow(path, directory)).MaxBy(directory => directory.Length);

    /// <summary>Every name below an allowed directory must be a plain directory or file, as far as it exists.</summary>
    static string CheckLinks(string directory, string path)
    {
        for (var end = directory.Length; end < path.Length;)
        {
            end = path.IndexOf('/', end + 1) is var slash and >= 0 ? slash : path.Length;
            var part = path[..end];
            if (Posix.Stat(part) is not { } stat) break;
            if (stat.Kind is FileKind.Link) throw Denied($"'{part}' is a symbolic link; name the place it points to");
            if (stat.Kind is FileKind.Special) throw Denied($"'{part}' is no file or directory");
        }

        return path;
    }

    static AgentFailureException Refused(string path, IReadOnlyCollection<string> directories) => Denied(directories.Count == 0
        ? $"'{path}' is refused: metad has not reported any daemon of this host yet; wait for a heartbeat, or start the agent with --allowed_dirs"
        : $"'{path}' is refused: it is none of this host's directories ({string.Join(", ", directories)})");

    static AgentFailureException Denied(string message) => new(GrpcStatusCode.PermissionDenied, message);
}
