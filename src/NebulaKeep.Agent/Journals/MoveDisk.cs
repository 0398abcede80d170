using System.Text;
using NebulaKeep.Agent.Files;
using NebulaKeep.Agent.Guard;
using NebulaKeep.Rpc;

namespace NebulaKeep.Agent.Journals;

/// <inheritdoc cref="IMoveDisk"/>
sealed class MoveDisk(DirectoryGuard guard) : IMoveDisk
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public bool Exists(string path)
    {
        using var held = guard.Hold(path);
        return held?.Stat() is not null;
    }

    public void Append(string journal, string line)
    {
        EnsureFolder(Path.GetDirectoryName(journal)!);
        using var held = HoldFile(journal) ?? throw new DirectoryNotFoundException($"the folder of the journal {journal} went away");
        held.Use(reach =>
        {
            using var file = new FileStream(reach, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, UnixCreateMode = OwnerOnly });
            file.SetLength(EndOfLines(file));
            file.Seek(0, SeekOrigin.End);
            file.Write(Encoding.UTF8.GetBytes(line + "\n"));
            file.Flush(flushToDisk: true);
        });
        held.Flush();
    }

    public IReadOnlyList<string> Read(string journal)
    {
        using var held = HoldFile(journal);
        if (held?.Stat() is null) return [];
        var text = held.Use(File.ReadAllText);
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public void Rename(string from, string to)
    {
        using var source = guard.Hold(from) ?? throw new FileNotFoundException($"{from} does not exist");
        using var target = guard.Hold(to) ?? throw new DirectoryNotFoundException($"the directory of {to} does not exist");
        source.Use(here => target.Use(there => Posix.RenameNew(here, there)));
        target.Flush();
        source.Flush();
    }

    public void Remove(string path)
    {
        using var held = guard.Hold(path);
        held?.Remove();
    }

    void EnsureFolder(string folder)
    {
        using var held = guard.Hold(folder) ?? throw new DirectoryNotFoundException($"{Path.GetDirectoryName(folder)} does not exist");
        if (held.Stat() is not null) return;
        held.Use(reach => Directory.CreateDirectory(reach, OwnerOnly | UnixFileMode.UserExecute));
        held.Flush();
    }

    HeldPath? HoldFile(string journal)
    {
        var held = guard.Hold(journal);
        if (held?.Stat() is null or { Kind: FileKind.File }) return held;
        held.Dispose();
        throw new AgentFailureException(GrpcStatusCode.FailedPrecondition, $"the journal {journal} is no plain file; nothing was moved or removed");
    }

    /// <summary>Where the last finished line ends: a crash can leave half a line, whose move was never begun.</summary>
    static long EndOfLines(FileStream file)
    {
        var bytes = new byte[file.Length];
        file.Seek(0, SeekOrigin.Begin);
        file.ReadExactly(bytes);
        return Array.LastIndexOf(bytes, (byte)'\n') + 1;
    }
}
