namespace NebulaKeep.Agent.Files;

/// <summary>The file system that holds a path.</summary>
/// <param name="Path">The nearest directory that exists.</param>
/// <param name="Device">Same number, same free bytes.</param>
sealed record Volume(string Path, long FreeBytes, long TotalBytes, ulong Device)
{
    /// <summary>Tells file systems apart, not paths.</summary>
    public static IEqualityComparer<Volume> SameDevice { get; } = EqualityComparer<Volume>.Create((a, b) => a?.Device == b?.Device, volume => volume.Device.GetHashCode());
}

/// <summary>Looks file systems up.</summary>
static class Volumes
{
    /// <summary>Of a path that need not exist yet.</summary>
    public static Volume Of(string path)
    {
        while (Posix.Stat(path) is not { Kind: FileKind.Directory } && Path.GetDirectoryName(path) is { } parent) path = parent;
        var drive = new DriveInfo(path);
        return new Volume(path, drive.AvailableFreeSpace, drive.TotalSize, Posix.Stat(path)!.Value.Device);
    }
}
