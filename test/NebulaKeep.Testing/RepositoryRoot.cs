namespace NebulaKeep.Testing;

/// <summary>Finds files of this repository from wherever a test runs.</summary>
public static class RepositoryRoot
{
    /// <summary>The folder of the solution.</summary>
    /// <exception cref="DirectoryNotFoundException">The test does not run inside the repository.</exception>
    public static string Path { get; } = Find();

    /// <summary>A path below the root.</summary>
    public static string Join(params string[] segments) => System.IO.Path.Join([Path, .. segments]);

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Join(folder.FullName, "NebulaKeep.slnx"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds NebulaKeep.slnx.");
    }
}
