using NebulaKeep.Core;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Meta.Records;

/// <summary>A host with its latest heartbeat.</summary>
readonly record struct KnownHost(HostAddress Address, HostRole Role, long LastHeartbeatMs, string GitSha);

/// <summary>Reads hosts, machines, zones and directories out of the store, and judges who is alive (spec/meta-thrift.md §7.1).</summary>
sealed class HostRecords(MetaStore store, MetaOptions options, TimeProvider clock)
{
    /// <summary>Everything that ever sent a heartbeat, in key order.</summary>
    public IReadOnlyList<KnownHost> All() => [.. store.Scan(MetaTables.Hosts).Select(Parse)];

    public IReadOnlyList<KnownHost> Alive() => [.. All().Where(IsAlive)];

    public KnownHost? Find(HostAddress host) => store.Get(MetaKeys.Host(host)) is { } value ? Known(host, value) : null;

    /// <summary>The storageds that ADD HOSTS registered, in order of address.</summary>
    public IReadOnlyList<HostAddress> Machines() =>
        [.. store.Scan(MetaTables.Machines).Select(row => MetaKeys.After(MetaTables.Machines, row.Key).Host()).Order()];

    public bool IsMachine(HostAddress host) => store.Get(MetaKeys.Machine(host)) is not null;

    /// <summary>Registered storageds that are alive.</summary>
    public IReadOnlyList<HostAddress> ActiveStorage() =>
        [.. Alive().Where(h => h.Role == HostRole.STORAGE && IsMachine(h.Address)).Select(h => h.Address).Order()];

    public SortedDictionary<string, IReadOnlyList<HostAddress>> Zones()
    {
        var zones = new SortedDictionary<string, IReadOnlyList<HostAddress>>(StringComparer.Ordinal);
        foreach (var row in store.Scan(MetaTables.Zones)) zones[MetaKeys.After(MetaTables.Zones, row.Key).Rest()] = MetaValues.Zone(row.Value);
        return zones;
    }

    /// <summary>The directories that a storaged or graphd reported; null if it has not.</summary>
    public DirInfo? Dir(HostAddress host) => store.Get(MetaKeys.HostDirs(host)) is { } value ? CompactStruct.Read<DirInfo>(value) : null;

    public bool IsAlive(KnownHost host)
    {
        var interval = host.Role == HostRole.AGENT ? options.AgentHeartbeatInterval : options.HeartbeatInterval;
        return clock.GetUtcNow().ToUnixTimeMilliseconds() - host.LastHeartbeatMs < (interval * options.ExpiredTimeFactor).TotalMilliseconds;
    }

    static KnownHost Parse(MetaRow row) => Known(MetaKeys.After(MetaTables.Hosts, row.Key).Host(), row.Value);

    static KnownHost Known(HostAddress address, byte[] value)
    {
        var record = MetaValues.Host(value);
        return new KnownHost(address, (HostRole)record.Role, record.LastHeartbeatMs, record.GitSha);
    }
}
