using System.Net;
using System.Net.Sockets;
using NebulaKeep.Core;

namespace NebulaKeep.Thrift.Transport;

/// <summary>Opens TCP connections.</summary>
static class Dialer
{
    // createBackup answers after minutes of silence; keep-alive probes notice a host that died meanwhile.
    const int KeepAliveIdleSeconds = 60;
    const int KeepAliveIntervalSeconds = 15;
    const int KeepAliveProbes = 4;

    internal static async Task<NetworkStream> ConnectAsync(HostAddress address, ThriftClientOptions options,
        CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Configure(socket);
            await socket.ConnectAsync(EndPointOf(address), either.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is OperationCanceledException && cancellationToken.IsCancellationRequested) throw;
            if (e is SocketException or OperationCanceledException) throw TransportErrors.OfConnect(e, address, options.ConnectTimeout);
            throw;
        }
    }

    static void Configure(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveIdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
    }

    static EndPoint EndPointOf(HostAddress address) =>
        IPAddress.TryParse(address.Host, out var ip) ? new IPEndPoint(ip, address.Port) : new DnsEndPoint(address.Host, address.Port);
}
