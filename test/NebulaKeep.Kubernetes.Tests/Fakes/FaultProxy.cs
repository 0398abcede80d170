using System.Net;
using System.Net.Sockets;

namespace NebulaKeep.Kubernetes.Tests.Fakes;

/// <summary>Stands between a client and a server and gives every connection a fault, drawn by <paramref name="draw"/>.</summary>
sealed class FaultProxy(IPEndPoint server, Func<(Fault Fault, int AfterBytes)> draw) : IAsyncDisposable
{
    const int DelayedBytes = 700;
    static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(2);

    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stop = new();
    readonly int[] faults = new int[Enum.GetValues<Fault>().Length];
    Task accepting = Task.CompletedTask;
    int open;

    public Uri Address => new($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

    /// <summary>Connections that have had their fault.</summary>
    public int Broken => faults.Sum();

    /// <summary>So many connections had this fault.</summary>
    public int Count(Fault fault) => Volatile.Read(ref faults[(int)fault]);

    public void Start()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        await Testing.Eventually.TrueAsync(() => Volatile.Read(ref open) == 0, "all connections are closed");
        stop.Dispose();
    }

    async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptSocketAsync(stop.Token);
                Interlocked.Increment(ref open);
                _ = ServeAsync(client);
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    async Task ServeAsync(Socket client)
    {
        using var upstream = new Socket(SocketType.Stream, ProtocolType.Tcp);
        // Both directions end together: with the fault, or when one end goes away.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        try
        {
            await upstream.ConnectAsync(server, over.Token);
            var (fault, bytes) = draw();
            var frozen = new TaskCompletionSource();
            await Task.WhenAny(CopyAsync(client, upstream, frozen.Task, over.Token), BreakAsync(upstream, client, fault, bytes, frozen, over.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException)
        {
            // Told to stop, or the server is gone.
        }
        await over.CancelAsync();
        foreach (var end in (Socket[])[client, upstream]) Reset(end);
        Interlocked.Decrement(ref open);
    }

    /// <summary>The server's bytes, up to the fault.</summary>
    async Task BreakAsync(Socket from, Socket to, Fault fault, int bytes, TaskCompletionSource frozen, CancellationToken cancellation)
    {
        var buffer = new byte[fault is Fault.Delay ? DelayedBytes : 8 << 10];
        for (int read; bytes > 0; bytes -= read)
        {
            if ((read = await ReadAsync(from, buffer.AsMemory(0, Math.Min(buffer.Length, bytes)), cancellation)) == 0) return;
            if (fault is Fault.Delay) await Task.Delay(Delay, cancellation);
            await to.SendAsync(buffer.AsMemory(0, read), cancellation);
        }
        Interlocked.Increment(ref faults[(int)fault]);
        if (fault is Fault.Cut or Fault.Delay) return;
        if (fault is Fault.CloseTowardsClient) to.Shutdown(SocketShutdown.Send);
        if (fault is Fault.CloseTowardsServer) from.Shutdown(SocketShutdown.Send);
        if (fault is Fault.Freeze) frozen.SetResult();
        // From here on the ends must notice by themselves; the copying of the other direction ends when one does.
        while (fault is Fault.CloseTowardsServer && await ReadAsync(from, buffer, cancellation) is > 0 and var rest) await to.SendAsync(buffer.AsMemory(0, rest), cancellation);
        if (fault is not Fault.CloseTowardsServer) await Task.Delay(Timeout.Infinite, cancellation);
    }

    /// <summary>The client's bytes; after freezing they are taken and thrown away, so that only its patience can end it.</summary>
    static async Task CopyAsync(Socket from, Socket to, Task frozen, CancellationToken cancellation)
    {
        var buffer = new byte[8 << 10];
        for (int read; (read = await ReadAsync(from, buffer, cancellation)) > 0;)
            if (!frozen.IsCompleted) await to.SendAsync(buffer.AsMemory(0, read), cancellation);
    }

    static async Task<int> ReadAsync(Socket from, Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return await from.ReceiveAsync(buffer, cancellation);
        }
        catch (SocketException)
        {
            return 0;      // reset by its end: as good as closed
        }
    }

    static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }
}
