using NebulaKeep.Backup.Manifests;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Sealed;
using NebulaKeep.ObjectStore.Sealed.Root;

namespace NebulaKeep.Backup.Roots;

/// <summary>Opens roots, plain or sealed, and seals new ones.</summary>
/// <param name="store">The store itself, not seen through a seal.</param>
/// <param name="clock">Dates new keys.</param>
public sealed class RootGate(IObjectStore store, TimeProvider clock)
{
    const string NamePrefix = "BACKUP";

    /// <summary>The seal of a root for whoever reads it or removes from it; null where it is plain.</summary>
    /// <exception cref="RootException">It cannot be opened with what was given.</exception>
    public async Task<Seal?> OpenAsync(UnlockSecret? secret, CancellationToken cancellationToken)
    {
        var file = await RootFiles.ReadAsync(store, cancellationToken);
        return RootRules.Decide(file, holdsBackups: true, RootWish.AsItIs, secret?.Method, store.Location) == RootAction.Plain ? null : Open(file!, secret);
    }

    /// <summary>The same for a backup, which seals a new root as it is asked to.</summary>
    /// <exception cref="RootException">It cannot be opened with what was given, or is kept in another way than was asked for.</exception>
    public async Task<Seal?> OpenForBackupAsync(RootWish wish, UnlockSecret? secret, CancellationToken cancellationToken)
    {
        var file = await RootFiles.ReadAsync(store, cancellationToken);
        var holdsBackups = file is null && wish.Seals && await HoldsBackupsAsync(cancellationToken);
        return RootRules.Decide(file, holdsBackups, wish, secret?.Method, store.Location) switch
        {
            RootAction.Plain => null,
            RootAction.Create => await CreateAsync(wish, secret, cancellationToken),
            _ => Open(file!, secret),
        };
    }

    async Task<Seal> CreateAsync(RootWish wish, UnlockSecret? secret, CancellationToken cancellationToken)
    {
        var file = RootKeys.Create(wish.Compression ?? ContentCompression.None, wish.Encrypt ? secret : null, clock.GetUtcNow());
        try
        {
            await RootFiles.CreateAsync(store, file, cancellationToken);
        }
        catch (ObjectStoreException e) when (e.Failure == StoreFailure.AlreadyExists)
        {
            throw new RootException(RootProblem.Different, $"Another run is making {store.Location} at this moment. Run this again.", e);
        }

        // A backup that began before the file was there writes in the clear. It looks for the file after it has left its lease there
        // (RequirePlainAsync), and this looks for leases after it has left the file: at least one of the two sees the other.
        if (!await HoldsBackupsAsync(cancellationToken)) return Open(file, secret);
        throw new RootException(RootProblem.Different, $"Another backup began in {store.Location} at this moment. Run this again; if that fails and the other backup is plain, remove {RootFile.Key} and choose another root for this one.");
    }

    /// <summary>For a plain backup that has just made itself seen in the store: no other run has sealed it meanwhile.</summary>
    /// <exception cref="RootException">One has.</exception>
    public static async Task RequirePlainAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        if (await store.StatAsync(RootFile.Key, cancellationToken) is not null)
            throw new RootException(RootProblem.Different, $"{store.Location} became a sealed root at this moment. Choose another one, or run this again with its key.");
    }

    Seal Open(RootFile file, UnlockSecret? secret) =>
        file.Encryption is not { } encryption ? new Seal(file.Compression, null)
        : RootKeys.Open(file, secret!)?.Seal ?? throw RootRules.Wrong(encryption, secret!.Method, store.Location);

    async Task<bool> HoldsBackupsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.ListFoldersAsync("", cancellationToken).AnyAsync(folder => folder.StartsWith(NamePrefix, StringComparison.Ordinal) || folder == BackupLayout.OwnFolder, cancellationToken);
        }
        catch (ObjectStoreException e) when (e.Failure == StoreFailure.RootNotFound)
        {
            return false; // the first put makes it, or fails
        }
    }
}
