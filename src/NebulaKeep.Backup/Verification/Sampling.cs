namespace NebulaKeep.Backup.Verification;

/// <summary>Chooses what a sample reads.</summary>
static class Sampling
{
    /// <summary>The given share of items, at least one, in their order; every item is equally likely.</summary>
    public static IReadOnlyList<T> Choose<T>(IReadOnlyList<T> items, double share, Random random)
    {
        if (share >= 1 || items.Count == 0) return items;
        var wanted = Math.Max(1, (int)Math.Round(items.Count * share));
        var chosen = Enumerable.Range(0, items.Count).ToArray();
        for (var i = 0; i < wanted; i++)
        {
            var other = random.Next(i, chosen.Length);
            (chosen[i], chosen[other]) = (chosen[other], chosen[i]);
        }

        return [.. chosen.Take(wanted).Order().Select(i => items[i])];
    }
}
