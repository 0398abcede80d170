using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Meta;

/// <summary>Between addresses on the wire and addresses in the code.</summary>
static class Addresses
{
    public static HostAddr ToWire(this HostAddress address) => new() { Host = address.Host ?? "", Port = address.Port };

    public static IReadOnlyList<HostAddr> ToWire(this IEnumerable<HostAddress> addresses) => [.. addresses.Select(ToWire)];

    /// <summary>Storaged's admin port is its data port − 1 (spec/meta-thrift.md §6).</summary>
    public static HostAddress AdminOf(HostAddress storage) => storage.WithPort(storage.Port - 1);
}
