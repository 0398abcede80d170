using System.Net;
using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Hosting;

/// <summary>
/// Where a daemon listens: on its own address alone, so that several share a machine. A name (of a Pod) is what metad knows it by;
/// its addresses may change, so then it is all of them.
/// </summary>
static class ListenAddress
{
    /// <summary>The address of <c>--local_ip</c> with a port that far above <c>--port</c>.</summary>
    public static IPEndPoint Of(HostAddress address, int offset = 0) =>
        new(IPAddress.TryParse(address.Host, out var ip) ? ip : IPAddress.Any, address.Port + offset);
}
