using NebulaKeep.Core;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Sealed.Root;

namespace NebulaKeep.Backup.Roots;

/// <summary>
/// The keys that open an encrypted root. Adding and removing wraps the root's key anew and touches no object. A key file or passphrase
/// that was removed opens the root no more; who copied the root's key while it did still has that.
/// </summary>
/// <param name="store">The store itself, not seen through a seal.</param>
/// <param name="clock">Dates new keys.</param>
public sealed class KeyRing(IObjectStore store, TimeProvider clock)
{
    /// <summary>The keys, in order of their adding. Needs no secret.</summary>
    /// <exception cref="RootException">The root is not encrypted.</exception>
    public async Task<IReadOnlyList<WrappedKey>> ListAsync(CancellationToken cancellationToken) => (await ReadAsync(cancellationToken)).Encryption!.Keys;

    /// <summary>Lets another secret open the root, too.</summary>
    /// <returns>The new key.</returns>
    /// <exception cref="RootException">The root is not encrypted, the secret does not open it, or it has as many keys as it may.</exception>
    public async Task<WrappedKey> AddAsync(UnlockSecret? secret, UnlockSecret added, CancellationToken cancellationToken)
    {
        var (file, opened) = await OpenAsync(secret, cancellationToken);
        if (file.Encryption!.Keys.Count == RootFileJson.MaxKeys) throw new RootException(RootProblem.Different, $"{store.Location} has {RootFileJson.MaxKeys} keys, the most there can be: remove one first.");
        if (RootKeys.Open(file, added) is { } same) throw new RootException(RootProblem.Different, $"That {RootRules.Name(added.Method)} opens {store.Location} already, as key {same.By.Id}.");
        var changed = RootKeys.Add(file, opened, added, clock.GetUtcNow());
        await ReplaceAsync(file, changed, cancellationToken);
        return changed.Encryption!.Keys[^1];
    }

    /// <summary>Lets a secret no longer open the root. The one that is given must be another: so one that works is always left.</summary>
    /// <exception cref="RootException">The root is not encrypted, the secret does not open it or is the one to be removed, or there is no such key.</exception>
    public async Task RemoveAsync(UnlockSecret? secret, string id, CancellationToken cancellationToken)
    {
        var (file, opened) = await OpenAsync(secret, cancellationToken);
        var keys = file.Encryption!.Keys;
        if (keys.All(key => key.Id != id)) throw new RootException(RootProblem.Different, $"{store.Location} has no key {id}; 'br key list' shows those it has.");
        if (keys.Count == 1) throw new RootException(RootProblem.KeyNeeded, $"Key {id} is the last that opens {store.Location}: without it every backup there is lost. Add another first.");
        if (opened.By.Id == id) throw new RootException(RootProblem.KeyNeeded, $"Key {id} is the one that was given. Give the {RootRules.Name(opened.By.Method)} that shall stay: that proves that it opens the root.");
        await ReplaceAsync(file, RootKeys.Remove(file, id), cancellationToken);
    }

    async Task<(RootFile File, OpenedRoot Opened)> OpenAsync(UnlockSecret? secret, CancellationToken cancellationToken)
    {
        var file = await ReadAsync(cancellationToken);
        RootRules.Decide(file, holdsBackups: true, RootWish.AsItIs, secret?.Method, store.Location);
        return (file, RootKeys.Open(file, secret!) ?? throw RootRules.Wrong(file.Encryption!, secret!.Method, store.Location));
    }

    async Task<RootFile> ReadAsync(CancellationToken cancellationToken) =>
        await RootFiles.ReadAsync(store, cancellationToken) is { Encryption: not null } file ? file : throw new RootException(RootProblem.NotEncrypted, $"{store.Location} is not encrypted, so it has no keys.");

    /// <summary>Stores have no exchange of one content for another: what another run wrote in between is looked for before and after.</summary>
    async Task ReplaceAsync(RootFile before, RootFile after, CancellationToken cancellationToken)
    {
        if (!await HoldsAsync(before, cancellationToken)) throw Raced();
        await RootFiles.ReplaceAsync(store, after, cancellationToken);
        if (!await HoldsAsync(after, cancellationToken)) throw Raced();
    }

    async Task<bool> HoldsAsync(RootFile file, CancellationToken cancellationToken) =>
        await RootFiles.ReadAsync(store, cancellationToken) is { } held && RootFileJson.Serialize(held).AsSpan().SequenceEqual(RootFileJson.Serialize(file));

    NebulaKeepException Raced() => new($"Another run changes the keys of {store.Location} at this moment. See 'br key list', and run this again.");
}
