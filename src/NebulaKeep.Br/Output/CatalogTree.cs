using NebulaKeep.Backup.Catalog;

namespace NebulaKeep.Br.Output;

/// <summary>Backups below their bases: pure arranging, every entry exactly once whatever the manifests claim.</summary>
static class CatalogTree
{
    /// <summary>One line of the tree.</summary>
    /// <param name="Entry">The backup.</param>
    /// <param name="Branch">What is drawn before its name.</param>
    public sealed record Line(CatalogEntry Entry, string Branch);

    /// <summary>The lines from top to bottom. A backup whose base is not in the list stands at the top.</summary>
    public static IReadOnlyList<Line> Of(IReadOnlyList<CatalogEntry> entries)
    {
        var names = entries.Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
        var children = entries.Where(e => e.Base is not null && names.Contains(e.Base)).ToLookup(e => e.Base!, StringComparer.Ordinal);
        var lines = new List<Line>(entries.Count);
        var shown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var top in entries.Where(e => e.Base is null || !names.Contains(e.Base))) Add(top);
        foreach (var inCircle in entries.Where(e => !shown.Contains(e.Name)).ToList()) Add(inCircle);
        return lines;

        // A chain can be long: a stack of its own instead of recursion.
        void Add(CatalogEntry root)
        {
            var open = new Stack<(CatalogEntry Entry, string Branch, string Below)>([(root, "", "")]);
            while (open.TryPop(out var next))
            {
                if (!shown.Add(next.Entry.Name)) continue;
                lines.Add(new Line(next.Entry, next.Branch));
                var below = children[next.Entry.Name].ToList();
                for (var i = below.Count - 1; i >= 0; i--)
                {
                    var last = i == below.Count - 1;
                    open.Push((below[i], next.Below + (last ? "└ " : "├ "), next.Below + (last ? "  " : "│ ")));
                }
            }
        }
    }
}
