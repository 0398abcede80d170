using NebulaKeep.Backup.Restores;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Security;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.Operator.Clusters.Daemons;

/// <summary>
/// <see cref="IClusterDaemons"/> over Thrift, with mutual TLS wherever the cluster's flags turn TLS on. The metads are reached by the names of
/// their pods, unless <paramref name="metads"/> knows better.
/// </summary>
sealed class NebulaDaemons(DaemonTls certificates, TimeProvider time, Func<ClusterObject, IReadOnlyList<HostAddress>>? metads = null) : IClusterDaemons
{
    static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);
    static readonly RetryOptions Patience = new() { RetryFor = TimeSpan.FromSeconds(10) };
    static readonly TimeSpan LeadersBound = TimeSpan.FromSeconds(30);
    static readonly TimeSpan LeadersPause = TimeSpan.FromSeconds(1);

    public async Task<MetaAnswer> LookAsync(ClusterObject cluster, BalanceJob? job, CancellationToken cancellation)
    {
        await using var meta = await MetaAsync(cluster, cancellation);
        var services = await meta.ListHostsAsync(ListHostType.META, cancellation);
        List<GraphSpace> spaces = [];
        foreach (var space in await meta.ListSpacesAsync(cancellation)) spaces.Add(await SpaceAsync(meta, space, cancellation));
        return new MetaAnswer
        {
            Version = services.Select(host => host.Version).FirstOrDefault(version => !string.IsNullOrEmpty(version)),
            Storages = await StoragesAsync(meta, cancellation),
            Spaces = spaces,
            Job = job is null ? null : await JobAsync(meta, job, cancellation),
            AcceptsStrangers = cluster.Tls.IsOn ? await AcceptsStrangersAsync(cluster, cancellation) : null,
        };
    }

    public async Task AddHostsAsync(ClusterObject cluster, IReadOnlyList<HostAddress> hosts, CancellationToken cancellation)
    {
        await using var meta = await MetaAsync(cluster, cancellation);
        try
        {
            await meta.AddHostsAsync(hosts, cancellation);
        }
        catch (NebulaErrorException known) when (known.Code == ErrorCode.E_EXISTED)
        {
            // Somebody was faster. Whoever looks again sees which of them are missing still.
        }
    }

    public async Task DropHostsAsync(ClusterObject cluster, IReadOnlyList<HostAddress> hosts, CancellationToken cancellation)
    {
        await using var meta = await MetaAsync(cluster, cancellation);
        await meta.DropHostsAsync(hosts, cancellation);
    }

    public async Task<int?> SubmitAsync(ClusterObject cluster, int space, JobType type, IReadOnlyList<string> parameters, CancellationToken cancellation)
    {
        await using var meta = await MetaAsync(cluster, cancellation);
        try
        {
            return (await meta.RunAdminJobAsync(new AdminJobReq { SpaceId = space, Op = JobOp.ADD, Type = type, Paras = parameters }, cancellation)).JobId;
        }
        catch (NebulaErrorException nothing) when (nothing.Code == ErrorCode.E_BALANCED)
        {
            return null;
        }
    }

    public async Task RecoverAsync(ClusterObject cluster, BalanceJob job, CancellationToken cancellation)
    {
        await using var meta = await MetaAsync(cluster, cancellation);
        await meta.RunAdminJobAsync(new AdminJobReq { SpaceId = job.Space, Op = JobOp.RECOVER, Type = JobType.ZONE_BALANCE, Paras = [$"{job.Id}"] }, cancellation);
    }

    public async Task<bool> MoveLeadersAsync(ClusterObject cluster, HostAddress storaged, CancellationToken cancellation)
    {
        await using var meta = await MetaAsync(cluster, cancellation);
        await using var admin = StorageAdminClient.OfStorage(storaged, new StorageAdminClientOptions { Connection = await ConnectionAsync(cluster, cluster.Tls.All || cluster.Tls.Storage, cancellation), Retry = Patience });
        for (var began = time.GetTimestamp(); ; await Task.Delay(LeadersPause, time, cancellation))
        {
            var moves = await MovesAsync(meta, admin, storaged, cancellation);
            if (moves.Count == 0) return true;
            if (time.GetElapsedTime(began) > LeadersBound) return false;
            foreach (var (space, part, to) in moves) await admin.TransferLeaderAsync(space, part, to, cancellation);
        }
    }

    /// <summary>Each partition that it leads and that has another replica, with the one that shall lead it.</summary>
    static async Task<IReadOnlyList<(int Space, int Part, HostAddress To)>> MovesAsync(MetaClient meta, StorageAdminClient admin, HostAddress storaged, CancellationToken cancellation)
    {
        List<(int, int, HostAddress)> moves = [];
        foreach (var (space, parts) in await admin.GetLeaderPartsAsync(cancellation))
        {
            var hosts = await meta.GetPartsAllocAsync(space, cancellation);
            foreach (var part in parts)
            {
                var others = hosts.GetValueOrDefault(part, []).Select(Address).Where(host => host != storaged).ToList();
                // By the partition's number, so that not all of them go to one.
                if (others.Count > 0) moves.Add((space, part, others[part % others.Count]));
            }
        }
        return moves;
    }

    static async Task<IReadOnlyDictionary<HostAddress, IReadOnlyDictionary<string, int>>> StoragesAsync(MetaClient meta, CancellationToken cancellation)
    {
        var registered = new Dictionary<HostAddress, IReadOnlyDictionary<string, int>>();
        foreach (var host in await meta.ListHostsAsync(ListHostType.STORAGE, cancellation)) registered[Address(host.HostAddr)] = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var host in await meta.ListHostsAsync(ListHostType.ALLOC, cancellation))
            registered[Address(host.HostAddr)] = host.AllParts.ToDictionary(parts => parts.Key, parts => parts.Value.Count, StringComparer.Ordinal);
        return registered;
    }

    static async Task<GraphSpace> SpaceAsync(MetaClient meta, IdName space, CancellationToken cancellation)
    {
        var item = await meta.GetSpaceAsync(space.Name, cancellation);
        return new GraphSpace(item.SpaceId, space.Name, item.Properties.ReplicaFactor);
    }

    static async Task<JobStatus?> JobAsync(MetaClient meta, BalanceJob job, CancellationToken cancellation)
    {
        var shown = await meta.RunAdminJobAsync(new AdminJobReq { SpaceId = job.Space, Op = JobOp.SHOW, Type = JobType.ZONE_BALANCE, Paras = [$"{job.Id}"] }, cancellation);
        return shown.JobDesc?.Select(description => description.Status).FirstOrDefault(JobStatus.INVALID) ?? JobStatus.INVALID;
    }

    public async Task GreetMetadAsync(ClusterObject cluster, int ordinal, CancellationToken cancellation)
    {
        await using var meta = await MetaAsync(cluster, cancellation);
        await meta.GetMetaDirInfoAsync(Metads(cluster)[ordinal], cancellation);
    }

    public async Task RestoreMetaAsync(ClusterObject cluster, int ordinal, IReadOnlyList<string> files, IReadOnlyList<(HostAddress From, HostAddress To)> hosts, CancellationToken cancellation)
    {
        await using var meta = await MetaAsync(cluster, cancellation);
        List<HostPair> pairs = [.. hosts.Select(pair => new HostPair { FromHost = HostAddr.Of(pair.From), ToHost = HostAddr.Of(pair.To) })];
        await meta.RestoreMetaAsync(Metads(cluster)[ordinal], files, pairs, cancellation);
    }

    public async Task<string> MissingLeadersAsync(ClusterObject cluster, IReadOnlyDictionary<string, int> partitions, CancellationToken cancellation)
    {
        await using var meta = await MetaAsync(cluster, cancellation);
        return PartitionLeaders.Missing(partitions, await meta.ListHostsAsync(ListHostType.ALLOC, cancellation));
    }

    /// <summary>Null where it cannot be told.</summary>
    async Task<bool?> AcceptsStrangersAsync(ClusterObject cluster, CancellationToken cancellation)
    {
        var connection = new ThriftClientOptions { Tls = await certificates.OfStrangerAsync(cluster, cancellation), CallTimeout = CallTimeout, Clock = time };
        await using var stranger = new MetaClient(new MetaClientOptions { Addresses = Metads(cluster), Connection = connection, Retry = Patience });
        try
        {
            await stranger.ListSpacesAsync(cancellation);
            return true;
        }
        catch (TlsFailureException refused) when (refused.Problem is TlsProblem.NoClientCertificate or TlsProblem.ClientCertificateRefused)
        {
            return false;
        }
        catch (NebulaKeepException)
        {
            return null;      // it answered a moment ago and does not now: the next look tells
        }
    }

    async Task<MetaClient> MetaAsync(ClusterObject cluster, CancellationToken cancellation) => new(new MetaClientOptions
    {
        Addresses = Metads(cluster),
        Connection = await ConnectionAsync(cluster, cluster.Tls.IsOn, cancellation),
        Retry = Patience,
    });

    async Task<ThriftClientOptions> ConnectionAsync(ClusterObject cluster, bool tls, CancellationToken cancellation) =>
        new() { Tls = tls ? await certificates.OfAsync(cluster, cancellation) : null, CallTimeout = CallTimeout, Clock = time };

    IReadOnlyList<HostAddress> Metads(ClusterObject cluster) => metads?.Invoke(cluster) ?? [.. cluster.Metad.Addresses(cluster.Metad.Replicas)];

    static HostAddress Address(HostAddr host) => new(host.Host, host.Port);
}
