using System.Runtime.CompilerServices;
using System.Text.Json;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Leases;

/// <summary>
/// A run's claim on a backup name: names have whole seconds, and two clusters may share a store. It exists while the run
/// does; if the run is killed it stays, marks the directory as unfinished until <c>cleanup</c> removes both or
/// <c>--resume</c> takes it over, and keeps what the run refers to from being removed.
/// </summary>
public static class NameClaim
{
    /// <summary>A chain of ten thousand names fits.</summary>
    const int MaxBytes = 1 << 20;

    /// <summary>Claims a name and sees that nothing lies in its directory.</summary>
    /// <exception cref="NameTakenException">Another claims the name, or something lies in its directory.</exception>
    public static async Task TakeAsync(IObjectStore store, BackupName name, RunClaim claim, CancellationToken cancellationToken)
    {
        try
        {
            await PutAsync(store, name, claim, PutCondition.CreateOnly, cancellationToken);
        }
        catch (ObjectStoreException e) when (e.Failure == StoreFailure.AlreadyExists)
        {
            throw Taken(store, name, e);
        }

        await foreach (var _ in store.ListStoredAsync(BackupLayout.Prefix(name), cancellationToken))
        {
            await ReleaseAsync(store, name, cancellationToken);
            throw Taken(store, name, null);
        }
    }

    /// <summary>Replaces a claim: for one who holds the lease on the claim's cluster.</summary>
    public static Task TakeOverAsync(IObjectStore store, BackupName name, RunClaim claim, CancellationToken cancellationToken) =>
        PutAsync(store, name, claim, PutCondition.Overwrite, cancellationToken);

    /// <summary>Gives a name back that this holder may have claimed; another's claim stays.</summary>
    public static async Task ReleaseOwnAsync(IObjectStore store, BackupName name, LeaseHolder holder, CancellationToken cancellationToken)
    {
        if (await ReadAsync(store, name, cancellationToken) == holder) await ReleaseAsync(store, name, cancellationToken);
    }

    /// <summary>Removes a claim, whoever made it, after all that was written for resuming the run.</summary>
    public static async Task ReleaseAsync(IObjectStore store, BackupName name, CancellationToken cancellationToken)
    {
        var claim = BackupLayout.RunningClaim(name);
        var others = await store.ListStoredAsync(claim[..^".json".Length], cancellationToken).Select(o => o.Key).Where(k => k != claim).ToListAsync(cancellationToken);
        if (others.Count > 0) await store.DeleteAsync(others, cancellationToken);
        await store.DeleteAsync([claim], cancellationToken);
    }

    /// <summary>The names that are claimed.</summary>
    public static async IAsyncEnumerable<BackupName> ListAsync(IObjectStore store, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var found in store.ListStoredAsync(BackupLayout.RunningFolder(null), cancellationToken))
            if (BackupLayout.TryParseRunningClaim(found.Key, out var name))
                yield return name;
    }

    /// <summary>Who claims a name; null where nobody does.</summary>
    public static async Task<LeaseHolder?> ReadAsync(IObjectStore store, BackupName name, CancellationToken cancellationToken) =>
        (await ReadWholeAsync(store, name, cancellationToken))?.Holder;

    /// <summary>The claim on a name; null where there is none.</summary>
    public static async Task<RunClaim?> ReadWholeAsync(IObjectStore store, BackupName name, CancellationToken cancellationToken)
    {
        var bytes = await SmallObject.ReadAsync(store, BackupLayout.RunningClaim(name), MaxBytes, cancellationToken);
        try
        {
            return bytes is null ? null : JsonSerializer.Deserialize(bytes, ClaimContext.Default.RunClaim);
        }
        catch (JsonException e)
        {
            throw new ManifestException($"{BackupLayout.RunningClaim(name)} in {store.Location} is damaged. If no backup runs, delete it.", e);
        }
    }

    static async Task PutAsync(IObjectStore store, BackupName name, RunClaim claim, PutCondition condition, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(claim, ClaimContext.Default.RunClaim));
        await store.PutAsync(BackupLayout.RunningClaim(name), content, condition, cancellationToken);
    }

    static NameTakenException Taken(IObjectStore store, BackupName name, Exception? inner) => new(
        $"{store.Location} already holds a {name}, of another cluster or of an earlier run. Nothing of it was touched; run the backup again, the name will differ.", inner);
}

/// <summary>A backup name is in use in this store.</summary>
public sealed class NameTakenException(string message, Exception? inner) : NebulaKeepException(message, inner);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(
    PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    MaxDepth = 4,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
[System.Text.Json.Serialization.JsonSerializable(typeof(RunClaim))]
sealed partial class ClaimContext : System.Text.Json.Serialization.JsonSerializerContext;
