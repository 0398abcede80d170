using System.Collections.Concurrent;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Clusters.Daemons;

namespace NebulaKeep.Operator.Tests.Clusters;

/// <summary>A meta service in memory: hosts with partitions, spaces, jobs that end when a test says so.</summary>
sealed class FakeDaemons : IClusterDaemons
{
    readonly ConcurrentDictionary<HostAddress, IReadOnlyDictionary<string, int>> hosts = new();
    readonly ConcurrentDictionary<int, JobStatus> jobs = new();

    /// <summary>What was asked for, in order: reads are not in it.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public int Looks { get; private set; }

    public IReadOnlyCollection<HostAddress> Hosts => [.. hosts.Keys.Order()];

    public List<GraphSpace> Spaces { get; } = [];

    public string? Problem { get; set; }

    public string Version { get; set; } = "3.8.0";

    public bool? AcceptsStrangers { get; set; }

    public bool NothingToBalance { get; set; }

    public void Put(HostAddress host, string space, int parts) => hosts[host] = new Dictionary<string, int> { [space] = parts };

    public void End(int job, JobStatus status = JobStatus.FINISHED) => jobs[job] = status;

    public Task<MetaAnswer> LookAsync(ClusterObject cluster, BalanceJob? job, CancellationToken cancellation)
    {
        Looks++;
        Fail();
        return Task.FromResult(new MetaAnswer { Version = Version, Storages = new Dictionary<HostAddress, IReadOnlyDictionary<string, int>>(hosts), Spaces = [.. Spaces], Job = job is null ? null : jobs.GetValueOrDefault(job.Id, JobStatus.INVALID), AcceptsStrangers = cluster.Tls.IsOn ? AcceptsStrangers : null });
    }

    public Task AddHostsAsync(ClusterObject cluster, IReadOnlyList<HostAddress> added, CancellationToken cancellation)
    {
        Note($"add {Names(added)}");
        foreach (var host in added) hosts.TryAdd(host, new Dictionary<string, int>());
        return Task.CompletedTask;
    }

    public Task DropHostsAsync(ClusterObject cluster, IReadOnlyList<HostAddress> dropped, CancellationToken cancellation)
    {
        Note($"drop {Names(dropped)}");
        foreach (var host in dropped)
        {
            if (hosts.GetValueOrDefault(host)?.Values.Sum() > 0) throw new NebulaKeepException($"{host} has partitions");
            hosts.TryRemove(host, out _);
        }
        return Task.CompletedTask;
    }

    public Task<int?> SubmitAsync(ClusterObject cluster, int space, JobType type, IReadOnlyList<string> parameters, CancellationToken cancellation)
    {
        Note($"{type} of {space}{string.Concat(parameters.Select(parameter => $" {parameter.Split('.')[0].Trim('"')}"))}");
        if (NothingToBalance) return Task.FromResult<int?>(null);
        var number = jobs.Count + 1;
        jobs[number] = JobStatus.RUNNING;
        return Task.FromResult<int?>(number);
    }

    public Task RecoverAsync(ClusterObject cluster, BalanceJob job, CancellationToken cancellation)
    {
        Note($"recover {job.Id}");
        jobs[job.Id] = JobStatus.RUNNING;
        return Task.CompletedTask;
    }

    /// <summary>What the next calls of restoreMeta end with; nothing for success.</summary>
    public ConcurrentQueue<NebulaKeepException?> MetaFailures { get; } = new();

    public string MissingLeaders { get; set; } = "";

    public Task GreetMetadAsync(ClusterObject cluster, int ordinal, CancellationToken cancellation)
    {
        Fail();
        return Task.CompletedTask;
    }

    public Task RestoreMetaAsync(ClusterObject cluster, int ordinal, IReadOnlyList<string> files, IReadOnlyList<(HostAddress From, HostAddress To)> moved, CancellationToken cancellation)
    {
        Note($"restore {cluster.Metad.PodName(ordinal)} from {string.Join(' ', files)} with {string.Join(' ', moved.Select(pair => $"{pair.From}>{pair.To.Host.Split('.')[0]}"))}");
        return MetaFailures.TryDequeue(out var failure) && failure is not null ? Task.FromException(failure) : Task.CompletedTask;
    }

    public Task<string> MissingLeadersAsync(ClusterObject cluster, IReadOnlyDictionary<string, int> partitions, CancellationToken cancellation)
    {
        Fail();
        return Task.FromResult(MissingLeaders);
    }

    public Task<bool> MoveLeadersAsync(ClusterObject cluster, HostAddress storaged, CancellationToken cancellation)
    {
        Note($"move leaders of {storaged.Host.Split('.')[0]}");
        return Task.FromResult(true);
    }

    static string Names(IEnumerable<HostAddress> hosts) => string.Join(' ', hosts.Select(host => host.Host.Split('.')[0]));

    void Note(string call)
    {
        Fail();
        Calls.Enqueue(call);
    }

    void Fail()
    {
        if (Problem is { } problem) throw new NebulaKeepException(problem);
    }
}
