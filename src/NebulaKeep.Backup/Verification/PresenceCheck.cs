using NebulaKeep.Backup.Manifests;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Verification;

/// <summary>Level exists: every object is there with its size.</summary>
sealed class PresenceCheck(IObjectStore store)
{
    /// <summary>Lists the directories that hold the objects, and asks for each that a listing leaves out before it is called missing.</summary>
    public async Task<PresenceResult> RunAsync(IReadOnlyList<ExpectedObject> objects, CancellationToken cancellationToken)
    {
        var open = objects.ToDictionary(o => o.Key, StringComparer.Ordinal);
        var present = new List<ExpectedObject>(objects.Count);
        var findings = new List<Finding>();
        foreach (var directory in objects.Select(o => o.Directory).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            await foreach (var found in store.ListAsync($"{directory}/", cancellationToken))
                if (open.Remove(found.Key, out var one))
                    Take(one, found);
        foreach (var one in open.Values)
            if (await store.StatAsync(one.Key, cancellationToken) is { } late) Take(one, late);
            else findings.Add(one.Found(FindingKind.Missing, "is missing"));
        return new PresenceResult(present, findings);

        void Take(ExpectedObject one, StoredObject found)
        {
            if (SizeFault(one, found.Size) is { } fault) findings.Add(one.Found(FindingKind.WrongSize, fault));
            else present.Add(one with { Size = found.Size });
        }
    }

    static string? SizeFault(ExpectedObject one, long size) => one.Size switch
    {
        null => size == 0 ? "is empty" : null,
        { } wanted when wanted != size => StoredObjects.SizeFault(size, wanted),
        _ => null,
    };
}

/// <summary>What a look at listings gave.</summary>
/// <param name="Present">Objects that are there, with their sizes.</param>
/// <param name="Findings">The others.</param>
sealed record PresenceResult(IReadOnlyList<ExpectedObject> Present, IReadOnlyList<Finding> Findings);
