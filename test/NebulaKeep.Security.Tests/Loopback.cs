using System.Net;
using System.Net.Sockets;
using NebulaKeep.Core;
using NebulaKeep.Testing;

namespace NebulaKeep.Security.Tests;

/// <summary>A pair of sockets over loopback, and one exchange of a frame over whatever the two sides make of them.</summary>
static class Loopback
{
    static readonly byte[] Frame = [0, 0, 0, 12, 0x80, 0x01, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    /// <summary>What each side got: null where its frame came through.</summary>
    public static async Task<(Exception? Client, Exception? Server)> ExchangeAsync(
        Func<Stream, HostAddress, CancellationToken, Task<Stream>> client, Func<Stream, CancellationToken, Task<Stream>> server)
    {
        using var time = new CancellationTokenSource(Bound);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new HostAddress("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        var serving = AttemptAsync(async () =>
        {
            var socket = await listener.AcceptSocketAsync(time.Token);
            await using var stream = await server(new NetworkStream(socket, ownsSocket: true), time.Token);
            await EchoAsync(stream, time.Token);
        });
        var asking = await AttemptAsync(async () =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(address.Host, address.Port, time.Token);
            await using var stream = await client(new NetworkStream(socket, ownsSocket: true), address, time.Token);
            await AskAsync(stream, address, time.Token);
        });
        return (asking, await serving);
    }

    /// <summary>Sends a frame and wants it back.</summary>
    public static async Task AskAsync(Stream stream, HostAddress peer, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(Frame, cancellationToken);
            await stream.ReadExactlyAsync(new byte[Frame.Length], cancellationToken);
        }
        catch (IOException e)
        {
            if (TlsFailures.Classify(e, peer) is { } refusal) throw refusal;
            throw;
        }
    }

    /// <summary>Sends one frame back.</summary>
    public static async Task EchoAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[Frame.Length];
        await stream.ReadExactlyAsync(buffer, cancellationToken);
        await stream.WriteAsync(buffer, cancellationToken);
    }

    static async Task<Exception?> AttemptAsync(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (Exception e) when (e is IOException or TlsFailureException)
        {
            return e;
        }
    }
}
