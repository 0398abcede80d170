namespace NebulaKeep.DevCluster.Tests;

/// <summary>A folder that goes with the test.</summary>
sealed class TemporaryFolder : IDisposable
{
    /// <summary>Makes it.</summary>
    /// <param name="parent">Where; null: where temporary folders go.</param>
    public TemporaryFolder(string? parent = null) =>
        Path = parent is null ? Directory.CreateTempSubdirectory("nebulakeep-").FullName : Directory.CreateDirectory($"{parent}/nebulakeep-{Guid.NewGuid():N}").FullName;

    /// <summary>
    /// A parent in memory where there is one with room, for tests that make thousands of files for which no power cut is waited for.
    /// </summary>
    public static string? InMemory => Directory.Exists("/dev/shm") && new DriveInfo("/dev/shm").AvailableFreeSpace > 2L << 30 ? "/dev/shm" : null;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
