using NebulaKeep.Core;

namespace NebulaKeep.Backup.Verification.Deep;

/// <summary>A folder of its own below the scratch folder. It goes with this object, also after a failure or an interruption.</summary>
sealed class Scratch : IDisposable
{
    /// <summary>For what RocksDB writes besides the files.</summary>
    const long Slack = 16 << 20;

    readonly DirectoryInfo own;

    Scratch(DirectoryInfo own) => this.own = own;

    /// <summary>Makes the folder, after a look whether what is to come fits.</summary>
    /// <param name="parent">Where; made if it does not exist.</param>
    /// <param name="bytes">The most that will lie there at once.</param>
    /// <param name="freeBytes">Free bytes of the volume of a folder.</param>
    /// <exception cref="NebulaKeepException">The folder cannot be used, or has not enough room.</exception>
    public static Scratch Create(string parent, long bytes, Func<string, long> freeBytes)
    {
        try
        {
            Directory.CreateDirectory(parent);
            if (freeBytes(parent) is var free && free < bytes + Slack)
                throw new NebulaKeepException($"The scratch folder {parent} has {ByteSize.Format(free)} free, {ByteSize.Format(bytes + Slack)} are needed: the largest checkpoint is downloaded whole. Name another with --scratch.");
            return new Scratch(Directory.CreateDirectory(Path.Combine(parent, $"nebulakeep-verify-{Guid.NewGuid():N}")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NebulaKeepException($"The scratch folder {parent} cannot be used: {e.Message} Name another with --scratch.", e);
        }
    }

    /// <summary>Free bytes of the volume that holds a folder.</summary>
    public static long FreeBytes(string folder) => new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;

    /// <summary>A new folder in it.</summary>
    public ScratchFolder Folder() => new(own.CreateSubdirectory(Guid.NewGuid().ToString("N")));

    /// <inheritdoc/>
    public void Dispose() => own.Delete(recursive: true);
}

/// <summary>A part of a <see cref="Scratch"/> that is given back as soon as it was looked at.</summary>
sealed class ScratchFolder(DirectoryInfo folder) : IDisposable
{
    /// <summary>Absolute path.</summary>
    public string Path => folder.FullName;

    /// <summary>A path in it; the folders above it are made.</summary>
    public string MakePath(string relative)
    {
        var path = System.IO.Path.Combine(folder.FullName, relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);
}
