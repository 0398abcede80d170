namespace NebulaKeep.DevCluster.Storage.Engine;

/// <summary>Decides on which data path partitions live (spec/cluster-layout.md §1.3).</summary>
static class Placement
{
    /// <summary>The engine of each wanted partition: where it lies already, else where the fewest lie.</summary>
    /// <param name="present">Partitions in each engine.</param>
    /// <param name="wanted">Partitions that metad assigns to this server.</param>
    public static SortedDictionary<int, int> Choose(IReadOnlyList<IReadOnlyCollection<int>> present, IEnumerable<int> wanted)
    {
        var placed = new SortedDictionary<int, int>();
        var counts = new int[present.Count];
        var ordered = wanted.Order().ToList();
        foreach (var part in ordered)
            if (EngineOf(present, part) is >= 0 and var engine)
                Place(part, engine);
        foreach (var part in ordered.Where(part => !placed.ContainsKey(part)).ToList())
            Place(part, Array.IndexOf(counts, counts.Min()));
        return placed;

        void Place(int part, int engine)
        {
            placed[part] = engine;
            counts[engine]++;
        }
    }

    static int EngineOf(IReadOnlyList<IReadOnlyCollection<int>> present, int part)
    {
        for (var i = 0; i < present.Count; i++)
            if (present[i].Contains(part))
                return i;
        return -1;
    }
}
