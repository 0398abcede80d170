namespace NebulaKeep.Agent.Journals;

/// <summary>The few steps that moving data aside and back consists of. Each is durable when it returns.</summary>
interface IMoveDisk
{
    /// <summary>True where anything lies there, also a broken link.</summary>
    bool Exists(string path);

    /// <summary>Adds a line to a journal, which is made if need be; an unfinished line at its end is dropped first.</summary>
    void Append(string journal, string line);

    /// <summary>The finished lines of a journal; none where it does not exist.</summary>
    IReadOnlyList<string> Read(string journal);

    /// <summary>Renames; the target must not exist.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file, or a directory with everything in it, never through a link. Nothing there is no error.</summary>
    void Remove(string path);
}
