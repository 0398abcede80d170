using NebulaKeep.Backup.Catalog;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Verification;

/// <summary>Which other backups use damaged objects.</summary>
sealed class Dependents(IObjectStore store)
{
    readonly ManifestReader manifests = new(store);

    /// <summary>The findings with the backups that use the same objects. Only manifests that can hold them are read whole.</summary>
    public async Task<IReadOnlyList<Finding>> AddAsync(BackupName name, IReadOnlyList<Finding> findings, List<string> notes, CancellationToken cancellationToken)
    {
        if (findings.Count == 0) return findings;
        var users = findings.Select(f => f.Key).Distinct(StringComparer.Ordinal).ToDictionary(key => key, _ => new List<string>(), StringComparer.Ordinal);
        var directories = users.Keys.Select(key => key[..key.IndexOf('/', StringComparison.Ordinal)]).ToHashSet(StringComparer.Ordinal);
        await foreach (var entry in new BackupCatalog(store).ReadAsync(cancellationToken))
        {
            if (entry.Name == name.Value || entry.State != BackupState.Complete) continue;
            if (directories.Contains(entry.Name) || entry.Chain.Any(directories.Contains)) await LookAsync(BackupName.Parse(entry.Name), users, notes, cancellationToken);
        }

        return [.. findings.Select(f => f with { UsedBy = users[f.Key] })];
    }

    async Task LookAsync(BackupName other, Dictionary<string, List<string>> users, List<string> notes, CancellationToken cancellationToken)
    {
        try
        {
            if (await manifests.ReadAsync(other, cancellationToken) is not { } manifest) return;
            await foreach (var file in manifests.ReadFilesAsync(manifest, cancellationToken))
                if (users.TryGetValue(file.KeyIn(other), out var names) && !names.Contains(other.Value))
                    names.Add(other.Value);
        }
        catch (ManifestException e)
        {
            notes.Add($"Whether {other} uses what is damaged cannot be told: {e.Message}");
        }
    }
}
