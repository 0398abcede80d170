using System.Text.Json;
using System.Text.Json.Serialization;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Leases;

/// <summary>
/// The right to back up one cluster into one store: one holder at a time. Each candidate creates an object of its own in the
/// cluster's lease folder, then lists the folder: whoever sees another live one withdraws. Because creating comes before
/// listing, two can never both believe that they are alone (two at the same moment may both withdraw). An object that its
/// holder has not renewed for <see cref="LeaseTimes.Expiry"/> is dead; ages are differences between the store's own times
/// of modification, so nobody's clock matters.
/// </summary>
public sealed class ClusterLease : IAsyncDisposable
{
    const int ReleaseTries = 3;
    static readonly TimeSpan ReleaseTime = TimeSpan.FromSeconds(10);
    static readonly TimeSpan ReleasePause = TimeSpan.FromMilliseconds(200);
    readonly IObjectStore store;
    readonly string key;
    readonly byte[] content;
    readonly LeaseTimes times;
    readonly TimeProvider clock;
    readonly CancellationTokenSource ended = new();
    readonly CancellationTokenSource lost = new();
    readonly Task renewing;

    ClusterLease(IObjectStore store, string key, byte[] content, LeaseTimes times, TimeProvider clock)
    {
        (this.store, this.key, this.content, this.times, this.clock) = (store, key, content, times, clock);
        renewing = RenewAsync(ended.Token);
    }

    /// <summary>Cancelled when the lease could not be renewed in time: another run may begin, so this one must stop.</summary>
    public CancellationToken Lost => lost.Token;

    /// <summary>Takes the lease.</summary>
    /// <param name="store">The store of the backup.</param>
    /// <param name="clusterKey">Which cluster.</param>
    /// <param name="holder">Who: shown to others that are refused.</param>
    /// <param name="times">Expiry and renewal.</param>
    /// <param name="clock">Renewal waits by it.</param>
    /// <param name="random">Makes the name of the own object.</param>
    /// <exception cref="LeaseTakenException">Another run holds it; the message says who.</exception>
    public static async Task<ClusterLease> AcquireAsync(
        IObjectStore store, string clusterKey, LeaseHolder holder, LeaseTimes times, TimeProvider clock, Random random, CancellationToken cancellationToken)
    {
        var folder = BackupLayout.LeaseFolder(clusterKey);
        var ownKey = $"{folder}/{random.NextInt64():x16}.json";
        var bytes = JsonSerializer.SerializeToUtf8Bytes(holder, LeaseContext.Default.LeaseHolder);
        try
        {
            var own = await PutAsync(store, ownKey, bytes, PutCondition.CreateOnly, cancellationToken);
            await WithdrawIfTakenAsync(store, $"{folder}/", own, times, cancellationToken);
        }
        catch
        {
            await ReleaseAsync(store, ownKey, clock);
            throw;
        }

        return new ClusterLease(store, ownKey, bytes, times, clock);
    }

    /// <summary>
    /// The same, but waits until a silent holder is dead, as one that was killed will be. One that is seen to renew, or to come, is alive.
    /// </summary>
    /// <param name="told">Hears once what is waited for.</param>
    /// <exception cref="LeaseTakenException">Another run holds it and is alive.</exception>
    public static async Task<ClusterLease> AcquireAfterSilenceAsync(
        IObjectStore store, LeaseHolder holder, LeaseTimes times, TimeProvider clock, Random random, Action<string> told, CancellationToken cancellationToken)
    {
        var before = await HoldersAsync(store, holder.ClusterKey, cancellationToken);
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                return await AcquireAsync(store, holder.ClusterKey, holder, times, clock, random, cancellationToken);
            }
            catch (LeaseTakenException taken)
            {
                if (!(await HoldersAsync(store, holder.ClusterKey, cancellationToken)).IsSubsetOf(before)) throw;
                if (isFirst) told($"{taken.Message} Waiting to see whether it is alive.");
            }

            await Task.Delay(times.Renewal, clock, cancellationToken);
        }
    }

    /// <summary>Gives the lease back.</summary>
    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await renewing;
        await ReleaseAsync(store, key, clock);
        ended.Dispose();
        lost.Dispose();
    }

    static async Task WithdrawIfTakenAsync(IObjectStore store, string prefix, StoredObject own, LeaseTimes times, CancellationToken cancellationToken)
    {
        var dead = new List<string>();
        await foreach (var other in store.ListStoredAsync(prefix, cancellationToken))
        {
            if (other.Key == own.Key) continue;
            if (own.LastModified - other.LastModified <= times.Expiry) throw new LeaseTakenException(await HolderOfAsync(store, other.Key, cancellationToken), store.Location, times.Expiry);
            dead.Add(other.Key);
        }

        if (dead.Count > 0) await store.DeleteAsync(dead, cancellationToken);
    }

    static async Task<HashSet<(string Key, DateTimeOffset Renewed)>> HoldersAsync(IObjectStore store, string clusterKey, CancellationToken cancellationToken) =>
        [.. await store.ListStoredAsync($"{BackupLayout.LeaseFolder(clusterKey)}/", cancellationToken).Select(o => (o.Key, o.LastModified)).ToListAsync(cancellationToken)];

    static async Task<string> HolderOfAsync(IObjectStore store, string key, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await SmallObject.ReadAsync(store, key, 4096, cancellationToken);
            var holder = bytes is null ? null : JsonSerializer.Deserialize(bytes, LeaseContext.Default.LeaseHolder);
            return holder is null ? "another run" : $"{holder.Program} on {holder.Machine} (process {holder.Process}, since {holder.Since:u})";
        }
        catch (Exception e) when (e is JsonException or ManifestException)
        {
            return "another run";
        }
    }

    // A lease that cannot be removed dies by itself, so a few tries are enough and a failure is none of the run's.
    static async Task ReleaseAsync(IObjectStore store, string key, TimeProvider clock)
    {
        using var bound = new CancellationTokenSource(ReleaseTime, clock);
        for (var attempt = 1; attempt <= ReleaseTries && !await TryAsync(() => store.DeleteAsync([key], bound.Token)); attempt++)
            await Pause.ForAsync(ReleasePause, clock, bound.Token);
    }

    static async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception e) when (e is NebulaKeepException or OperationCanceledException)
        {
            return false;
        }
    }

    async Task RenewAsync(CancellationToken cancellationToken)
    {
        var renewed = clock.GetTimestamp();
        while (await Pause.ForAsync(times.Renewal, clock, cancellationToken))
        {
            if (await TryAsync(() => PutAsync(store, key, content, PutCondition.Overwrite, cancellationToken))) renewed = clock.GetTimestamp();
            else if (clock.GetElapsedTime(renewed) > times.Expiry / 2) await lost.CancelAsync();
        }
    }

    static async Task<StoredObject> PutAsync(IObjectStore store, string key, byte[] bytes, PutCondition condition, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        return await store.PutAsync(key, stream, condition, cancellationToken);
    }
}

/// <summary>How long a lease lives unrenewed, and how often it is renewed.</summary>
/// <param name="Expiry">After this a silent holder is dead; at least four renewals.</param>
/// <param name="Renewal">Time between renewals.</param>
public sealed record LeaseTimes(TimeSpan Expiry, TimeSpan Renewal)
{
    /// <summary>Two minutes, renewed every twenty seconds.</summary>
    public static LeaseTimes Default { get; } = new(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(20));
}

/// <summary>Who holds a lease or a claim.</summary>
/// <param name="Program">Program and version.</param>
/// <param name="Machine">Host name.</param>
/// <param name="Process">Process id.</param>
/// <param name="Since">By the holder's clock; for people only.</param>
/// <param name="ClusterKey">The cluster that is being backed up.</param>
public sealed record LeaseHolder(string Program, string Machine, int Process, DateTimeOffset Since, string ClusterKey);

/// <summary>Another run holds the lease.</summary>
public sealed class LeaseTakenException(string holder, string location, TimeSpan expiry) : NebulaKeepException(
    $"A backup of this cluster into {location} is already running: {holder}. Wait for it, or, if it was killed, try again in {expiry.TotalMinutes:0.#} minutes.")
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 4)]
[JsonSerializable(typeof(LeaseHolder))]
sealed partial class LeaseContext : JsonSerializerContext;
