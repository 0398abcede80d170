using System.IO.Enumeration;

namespace NebulaKeep.ObjectStore.Local;

/// <summary>Walks folders in key order; holds the names of one folder of each level.</summary>
sealed class LocalLister(LocalPaths paths)
{
    /// <summary>All objects whose key begins with a prefix.</summary>
    public IEnumerable<StoredObject> Objects(string prefix)
    {
        paths.RequireRoot();
        var slash = prefix.LastIndexOf('/');
        var folder = slash < 0 ? "" : prefix[..slash];
        if (!paths.FolderExists(prefix)) return [];
        return Walk(folder).Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(Describe).OfType<StoredObject>();

        IEnumerable<string> Walk(string start) => Below(start, name => Joined(start, name).StartsWith(prefix, StringComparison.Ordinal));
    }

    /// <summary>The folders right below one that hold an object.</summary>
    public IEnumerable<string> Folders(string folder)
    {
        paths.RequireRoot();
        if (folder.Length > 0 && !paths.FolderExists(folder + "/")) return [];
        return Entries(folder).Where(entry => entry.IsFolder).Select(entry => entry.Name)
            .Where(name => Below(Joined(folder, name), _ => true).Any()).Order(ObjectKey.Order);
    }

    IEnumerable<string> Below(string folder, Func<string, bool> wanted)
    {
        foreach (var entry in Entries(folder).Where(entry => wanted(entry.Name)))
        {
            var key = Joined(folder, entry.Name);
            if (!entry.IsFolder) yield return key;
            else foreach (var inner in Below(key, _ => true)) yield return inner;
        }
    }

    StoredObject? Describe(string key) =>
        PosixFiles.Stat(Path.Join(paths.Root, key)) is { Kind: FileKind.File } file ? new StoredObject(key, file.Size, file.LastModified, null) : null;

    // A folder sorts as if its name ended with a slash: 'a-b' comes before what lies in 'a/', 'a0' after it.
    Entry[] Entries(string folder)
    {
        try
        {
            var found = new FileSystemEnumerable<Entry>(Path.Join(paths.Root, folder), Read, new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false })
            {
                ShouldIncludePredicate = (ref entry) => !LocalPaths.IsTemporary(entry.FileName) && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
            };
            return [.. found.Where(entry => ObjectKey.IsValid(Joined(folder, entry.Name))).OrderBy(entry => entry.SortName, ObjectKey.Order)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    static Entry Read(ref FileSystemEntry entry) => new(entry.FileName.ToString(), entry.IsDirectory);

    static string Joined(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    readonly record struct Entry(string Name, bool IsFolder)
    {
        public string SortName => IsFolder ? Name + "/" : Name;
    }
}
