using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Cleanup;

/// <summary>
/// What unfinished runs may come to use. A run writes its chain into its claim and only then looks whether its base still
/// exists; so whoever removes a backup sees the claim, or the run sees that the base is gone.
/// </summary>
sealed class ClaimedChains
{
    readonly Dictionary<string, string> userOf;

    ClaimedChains(Dictionary<string, string> userOf) => this.userOf = userOf;

    /// <summary>The unfinished run that may use objects of a directory; null where there is none.</summary>
    public string? UserOf(string directory) => userOf.GetValueOrDefault(directory);

    /// <summary>Reads all claims. A run whose manifest exists has ended: that says what it uses, so read manifests after this.</summary>
    /// <exception cref="CleanupRefusedException">A claim cannot be read.</exception>
    public static async Task<ClaimedChains> ReadAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        var users = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var name in NameClaim.ListAsync(store, cancellationToken))
        {
            if (await ReadAsync(store, name, cancellationToken) is not { Chain.Count: > 0 } claim) continue;
            if (await store.StatAsync(BackupLayout.Manifest(name), cancellationToken) is not null) continue;
            foreach (var directory in claim.Chain) users[directory] = name.Value;
        }

        return new ClaimedChains(users);
    }

    static async Task<RunClaim?> ReadAsync(IObjectStore store, Core.BackupName name, CancellationToken cancellationToken)
    {
        try
        {
            return await NameClaim.ReadWholeAsync(store, name, cancellationToken);
        }
        catch (ManifestException e)
        {
            throw new CleanupRefusedException($"What {name} may use cannot be told: {e.Message}", e);
        }
    }
}
