namespace NebulaKeep.ImageTar;

/// <summary>Files of one run; goes with it.</summary>
sealed class ScratchFolder : IDisposable
{
    readonly string path = Directory.CreateTempSubdirectory("imagetar-").FullName;
    int files;

    /// <summary>The path of a file that is still to be made.</summary>
    public string NewFile() => Path.Join(path, (++files).ToString());

    public void Dispose() => Directory.Delete(path, recursive: true);
}
