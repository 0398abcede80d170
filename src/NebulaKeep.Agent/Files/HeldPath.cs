using NebulaKeep.Rpc;

namespace NebulaKeep.Agent.Files;

/// <summary>
/// A name in a directory that is held open. Every directory between an allowed one and the name was entered without following
/// a link, so that whoever swaps one of them for a link, before or after, does not change where the name leads.
/// </summary>
sealed class HeldPath : IDisposable
{
    readonly Folder folder;
    readonly string name;

    HeldPath(Folder folder, string name, string path) => (this.folder, this.name, Path) = (folder, name, path);

    /// <summary>As it was named, for messages.</summary>
    public string Path { get; }

    /// <summary>What lies there; a link is not followed.</summary>
    public FileStat? Stat() => Use(Posix.Stat);

    /// <param name="directory">Reached through links if need be: who allowed it chose it.</param>
    /// <param name="path">In or below <paramref name="directory"/>.</param>
    /// <returns>Null where a directory on the way does not exist.</returns>
    /// <exception cref="AgentFailureException">A directory on the way is a link.</exception>
    public static HeldPath? Open(string directory, string path)
    {
        var names = path[directory.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        var inner = Folder.Open(directory);
        var reached = directory;
        foreach (var part in names.SkipLast(1))
        {
            if (inner is null) return null;
            using var outer = inner;
            inner = Enter(outer, part, reached += $"/{part}");
        }

        return inner is null ? null : new HeldPath(inner, names.LastOrDefault("."), path);
    }

    /// <summary>The directory that lies there; null where none does.</summary>
    /// <exception cref="AgentFailureException">A link lies there.</exception>
    public Folder? Enter() => Use(_ => Enter(folder, name, Path));

    /// <summary>Does something with the path under which the name is reached; failures name the path as it was given.</summary>
    public T Use<T>(Func<string, T> action)
    {
        try
        {
            return action(folder.Reach(name));
        }
        catch (Exception e) when (Explain(e) is not null)
        {
            throw Explain(e)!;
        }
    }

    /// <inheritdoc cref="Use{T}"/>
    public void Use(Action<string> action) => Use<object?>(reach =>
    {
        action(reach);
        return null;
    });

    /// <summary>A failure in the words of who named the path; null where it speaks of nothing that is reached through here.</summary>
    public Exception? Explain(Exception failure)
    {
        var reach = folder.Reach(name);
        if (!failure.Message.Contains(reach, StringComparison.Ordinal)) return null;
        var message = failure.Message.Replace(reach, Path, StringComparison.Ordinal);
        return failure switch
        {
            FileNotFoundException => new FileNotFoundException(message, failure),
            DirectoryNotFoundException => new DirectoryNotFoundException(message, failure),
            UnauthorizedAccessException => new UnauthorizedAccessException(message, failure),
            IOException => new IOException(message, failure.HResult),
            _ => null,
        };
    }

    /// <summary>Removes what lies there, a directory with everything in it, and makes that durable.</summary>
    public void Remove() => Use(_ =>
    {
        folder.Remove(name);
        folder.Flush();
    });

    /// <summary>Makes the name durable.</summary>
    public void Flush() => folder.Flush();

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    static Folder? Enter(Folder outer, string name, string path) =>
        outer.Enter(name) ?? (Posix.Stat(outer.Reach(name)) is { Kind: FileKind.Link }
            ? throw new AgentFailureException(GrpcStatusCode.PermissionDenied, $"'{path}' is a symbolic link; name the place it points to")
            : null);
}
