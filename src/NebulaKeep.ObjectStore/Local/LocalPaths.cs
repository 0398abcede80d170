namespace NebulaKeep.ObjectStore.Local;

/// <summary>Turns keys into paths below one root. No path through a symbolic link below the root is ever used.</summary>
sealed class LocalPaths(string root)
{
    const string TemporaryPrefix = ".nebulakeep-", TemporarySuffix = ".part";

    public string Root { get; } = root;

    public string Location { get; } = $"local://{root}";

    /// <summary>True for the name of a file that a put has not published (yet, or never will).</summary>
    public static bool IsTemporary(ReadOnlySpan<char> name) =>
        name.StartsWith(TemporaryPrefix, StringComparison.Ordinal) && name.EndsWith(TemporarySuffix, StringComparison.Ordinal);

    public static string NewTemporary(string folder) => Path.Join(folder, $"{TemporaryPrefix}{Guid.NewGuid():N}{TemporarySuffix}");

    /// <summary>The path of a key after its checks.</summary>
    /// <exception cref="ArgumentException">The key breaks a rule, or has the name of a temporary file.</exception>
    public string PathOf(string key)
    {
        ObjectKey.Validate(key);
        if (key.Split('/').Any(segment => IsTemporary(segment))) throw new ArgumentException($"The object key '{key}' has a name that is kept for temporary files.", nameof(key));
        return Path.Join(Root, key);
    }

    /// <summary>The object at a key, or null; folders and special files are no objects.</summary>
    /// <exception cref="ObjectStoreException">The root is missing, or a link lies on the way.</exception>
    public FileStat? StatObject(string key)
    {
        var path = PathOf(key);
        RequireRoot();
        if (!FolderExists(key)) return null;
        var found = PosixFiles.Stat(path);
        if (found?.Kind == FileKind.Link) throw IsLink(path);
        return found?.Kind == FileKind.File ? found : null;
    }

    /// <summary>The root's parent must be there; the root itself is made by the first put, as upstream does.</summary>
    public void RequireRoot()
    {
        if (Directory.Exists(Root)) return;
        var parent = Path.GetDirectoryName(Root);
        if (parent is not null && Directory.Exists(parent) && !File.Exists(Root)) return;
        throw new ObjectStoreException(StoreFailure.RootNotFound, $"The store {Location} cannot be used: the folder '{parent}' does not exist or '{Root}' is no folder. Create it or mount the disk, and see that this user may read it.");
    }

    /// <summary>Whether all folders on the way to a key exist; none may be a link.</summary>
    public bool FolderExists(string key)
    {
        foreach (var folder in FoldersOf(key))
        {
            switch (PosixFiles.Stat(folder)?.Kind)
            {
                case FileKind.Folder: continue;
                case FileKind.Link: throw IsLink(folder);
                default: return false;
            }
        }

        return Directory.Exists(Root);
    }

    /// <summary>Makes the root and the folders on the way to a key, durably, and returns the last.</summary>
    public string MakeFolder(string key)
    {
        RequireRoot();
        MakeOne(Root);
        var last = Root;
        foreach (var folder in FoldersOf(key))
        {
            MakeOne(folder);
            if (PosixFiles.Stat(folder)?.Kind == FileKind.Link) throw IsLink(folder);
            last = folder;
        }

        return last;
    }

    /// <summary>The folders between root and object, outermost first, without the root.</summary>
    public IEnumerable<string> FoldersOf(string key)
    {
        for (var slash = key.IndexOf('/'); slash >= 0; slash = key.IndexOf('/', slash + 1)) yield return Path.Join(Root, key.AsSpan(0, slash));
    }

    static void MakeOne(string folder)
    {
        if (Directory.Exists(folder)) return;
        Directory.CreateDirectory(folder);
        PosixFiles.FlushFolder(Path.GetDirectoryName(folder)!);
    }

    ObjectStoreException IsLink(string path) =>
        new(StoreFailure.Forbidden, $"'{path}' in {Location} is a symbolic link, and the store does not follow links. Replace it by what it points to.");
}
