namespace NebulaKeep.Security.Issuing;

/// <summary>One process at a time in a folder: two that make a CA at once would each trust only its own.</summary>
static class FolderLock
{
    /// <summary>Held until disposed, and let go by the system if the process dies.</summary>
    /// <exception cref="IOException">Another process holds it.</exception>
    public static FileStream Take(string folder)
    {
        Directory.CreateDirectory(folder);
        return new FileStream(Path.Combine(folder, "..lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }
}
