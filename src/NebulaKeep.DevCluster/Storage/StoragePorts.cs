using System.Net;
using System.Net.Sockets;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Hosting;

namespace NebulaKeep.DevCluster.Storage;

/// <summary>The three ports of a storaged: data, admin one below, raft one above (spec/meta-thrift.md §6).</summary>
static class StoragePorts
{
    public const int AdminOffset = -1;
    public const int RaftOffset = 1;
    const int MaxAttempts = 100;

    /// <summary>The address with three free ports in a row where it has port 0.</summary>
    /// <exception cref="StorageException">None were found.</exception>
    public static HostAddress Choose(HostAddress wanted)
    {
        if (wanted.Port != 0) return wanted;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            using var data = TryBind(wanted, 0);
            var port = ((IPEndPoint)data!.LocalEndPoint!).Port;
            using var admin = TryBind(wanted, port + AdminOffset);
            using var raft = TryBind(wanted, port + RaftOffset);
            if (admin is not null && raft is not null) return wanted.WithPort(port);
        }
        throw new StorageException($"No three free ports in a row were found on {wanted.Host}");
    }

    static Socket? TryBind(HostAddress wanted, int port)
    {
        if (port > IPEndPoint.MaxPort) return null;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(ListenAddress.Of(wanted.WithPort(port)));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
