using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Verification.Deep;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;
using NebulaKeep.RocksDb;

namespace NebulaKeep.Backup.Verification;

/// <summary>Looks whether a backup in a store is still what was stored. Changes nothing.</summary>
/// <param name="store">The store.</param>
/// <param name="clock">For rates of progress.</param>
/// <param name="random">Chooses samples.</param>
/// <param name="observer">Hears steps and progress.</param>
public sealed class BackupVerifier(IObjectStore store, TimeProvider clock, Random random, IBackupObserver observer)
{
    readonly StepRunner steps = new(clock, observer);
    readonly ManifestReader manifests = new(store);
    readonly ExpectedObjects expected = new(store);

    /// <summary>Verifies one backup.</summary>
    /// <returns>What was found; damage is a result, not an exception.</returns>
    /// <exception cref="NothingToVerifyException">There is no backup of that name.</exception>
    /// <exception cref="ObjectStoreException">The store cannot be used.</exception>
    /// <exception cref="RocksDbException">Level deep: RocksDB's library is missing, or this machine has not what it needs.</exception>
    public async Task<VerifyReport> RunAsync(VerifyRequest request, CancellationToken cancellationToken)
    {
        var report = new VerifyReport { Name = request.Name, Level = request.Level };
        try
        {
            if (await manifests.ReadAsync(request.Name, cancellationToken) is { } manifest) return await OursAsync(request, report, manifest, cancellationToken);
        }
        catch (ManifestException e)
        {
            return Unlisted(report, [new Finding(FindingKind.WrongContent, BackupLayout.Manifest(request.Name), e.Message)]);
        }

        return await ForeignAsync(request, report, cancellationToken);
    }

    // The lists are proven before they are believed: they say what else to look at.
    async Task<VerifyReport> OursAsync(VerifyRequest request, VerifyReport report, BackupManifest manifest, CancellationToken cancellationToken)
    {
        var lists = ExpectedObjects.ListsOf(manifest);
        var presence = await new PresenceCheck(store).RunAsync(lists, cancellationToken);
        var content = await new ContentCheck(store, clock, new SilentObserver()).RunAsync(presence.Present, request.Concurrency, cancellationToken);
        if (presence.Findings.Count + content.Count > 0) return Unlisted(report, [.. presence.Findings, .. content]);
        var backup = await steps.RunAsync("reading what belongs to it", () => expected.OfAsync(manifest, cancellationToken));
        return await CheckAsync(request, report, backup, cancellationToken);
    }

    async Task<VerifyReport> ForeignAsync(VerifyRequest request, VerifyReport report, CancellationToken cancellationToken)
    {
        var name = request.Name;
        if (await NameClaim.ReadAsync(store, name, cancellationToken) is { } holder)
            throw new NothingToVerifyException($"{name} is not complete: {holder.Program} on {holder.Machine} (process {holder.Process}) works on it, or was killed while it did.");
        try
        {
            var meta = await UpstreamMeta.ReadAsync(store, name, cancellationToken)
                ?? throw new NothingToVerifyException($"{store.Location} holds no complete backup {name}: neither its manifest.json nor its .meta exists. 'br show' lists what there is.");
            return await CheckAsync(request, report, await expected.OfAsync(meta, cancellationToken), cancellationToken);
        }
        catch (ManifestException e)
        {
            return Unlisted(report, [new Finding(FindingKind.WrongContent, BackupLayout.MetaFile(name), e.Message)]);
        }
    }

    async Task<VerifyReport> CheckAsync(VerifyRequest request, VerifyReport report, ExpectedBackup backup, CancellationToken cancellationToken)
    {
        var notes = backup.Notes.ToList();
        var presence = await steps.RunAsync("looking at listings", () => new PresenceCheck(store).RunAsync(backup.Objects, cancellationToken));
        var deep = request.Level == VerifyLevel.Deep && backup.Contents is { } contents ? await DeepAsync(request, contents, presence.Present, cancellationToken) : null;
        var rest = deep is null ? presence.Present : [.. presence.Present.Where(o => !deep.Keys.Contains(o.Key))];
        var chosen = request.Level == VerifyLevel.Exists ? [] : Sampling.Choose(rest, request.Sample, random);
        var content = chosen.Count == 0 ? [] : await steps.RunAsync("reading contents", () => new ContentCheck(store, clock, observer).RunAsync(chosen, request.Concurrency, cancellationToken));
        var findings = presence.Findings.Concat(content).Concat(deep?.Findings ?? []).OrderBy(f => f.Key, StringComparer.Ordinal).ToList();
        notes.AddRange(deep?.Notes ?? []);
        return report with
        {
            Objects = backup.Objects.Count,
            Bytes = presence.Present.Sum(o => o.Size ?? 0),
            ObjectsRead = chosen.Count + (deep?.Keys.Count ?? 0),
            BytesRead = chosen.Sum(o => o.Size ?? 0) + presence.Present.Where(o => deep?.Keys.Contains(o.Key) == true).Sum(o => o.Size ?? 0),
            Deep = deep?.Figures,
            Findings = await new Dependents(store).AddAsync(request.Name, findings, notes, cancellationToken),
            Notes = notes,
        };
    }

    async Task<DeepResult> DeepAsync(VerifyRequest request, BackupContents contents, IReadOnlyList<ExpectedObject> present, CancellationToken cancellationToken)
    {
        RocksDatabase.RequireLibrary();
        var units = Unit.Of(contents);
        using var scratch = Scratch.Create(request.Scratch, units.Max(u => u.Bytes), Scratch.FreeBytes);
        var meter = new FileMeter(new TransferMeter(clock, observer), contents.Files.Count, contents.Files.Sum(f => f.Size));
        var fetcher = new Fetcher(store, present.ToDictionary(o => o.Key, StringComparer.Ordinal), meter, request.Concurrency);
        return await new DeepCheck(contents, fetcher, scratch, steps).RunAsync(cancellationToken);
    }

    static VerifyReport Unlisted(VerifyReport report, IReadOnlyList<Finding> findings) =>
        report with { Findings = findings, Notes = ["Without the list of its files nothing else of the backup could be checked."] };
}
