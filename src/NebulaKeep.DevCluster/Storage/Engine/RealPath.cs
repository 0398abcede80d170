namespace NebulaKeep.DevCluster.Storage.Engine;

/// <summary>Paths without symbolic links, as servers report them.</summary>
static class RealPath
{
    /// <summary>The path with every link on the way replaced by what it leads to.</summary>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var parent = Path.GetDirectoryName(full);
        if (parent is null) return full;
        var here = Path.Combine(Of(parent), Path.GetFileName(full));
        var target = new DirectoryInfo(here).ResolveLinkTarget(returnFinalTarget: true);
        return target is null ? here : Of(target.FullName);
    }
}
