using System.Net;
using System.Net.Sockets;
using NebulaKeep.Core;

namespace NebulaKeep.Thrift.Tests.Support;

/// <summary>Accepts one connection, waits for some bytes, and answers with whatever a test wants.</summary>
sealed class RawServer : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stop = new();
    readonly Task serving;

    internal RawServer(Func<NetworkStream, CancellationToken, Task> serve)
    {
        listener.Start();
        serving = ServeAsync(serve);
    }

    internal HostAddress Address => new("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);

    /// <summary>Answers the first request with fixed bytes, then closes, or stays open and silent.</summary>
    internal static RawServer Answering(byte[] answer, bool stayOpen = false) => new(async (stream, cancellationToken) =>
    {
        _ = await stream.ReadAsync(new byte[4096], cancellationToken);
        await stream.WriteAsync(answer, cancellationToken);
        if (stayOpen) await Task.Delay(Timeout.Infinite, cancellationToken);
    });

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await serving;
        stop.Dispose();
    }

    async Task ServeAsync(Func<NetworkStream, CancellationToken, Task> serve)
    {
        try
        {
            using var client = await listener.AcceptTcpClientAsync(stop.Token);
            await serve(client.GetStream(), stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            // The test has ended.
        }
    }
}
