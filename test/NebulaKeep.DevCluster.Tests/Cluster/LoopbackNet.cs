using System.Net;
using System.Net.Sockets;

namespace NebulaKeep.DevCluster.Tests.Cluster;

/// <summary>
/// A loopback network of its own for each cluster, so that all daemons can have their usual ports and each its own host, as in production,
/// whatever else runs on this machine.
/// </summary>
static class LoopbackNet
{
    const int Networks = 250;
    static int next = Environment.ProcessId;

    /// <summary>"127.a.b." of a network in which nobody listens on metad's port.</summary>
    public static string Take()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var number = Interlocked.Increment(ref next);
            var prefix = $"127.{64 + (number / Networks % 128)}.{number % Networks}.";
            if (IsFree(prefix)) return prefix;
        }
        throw new InvalidOperationException("No free loopback network was found.");
    }

    static bool IsFree(string prefix)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(prefix + "1"), 9559));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
